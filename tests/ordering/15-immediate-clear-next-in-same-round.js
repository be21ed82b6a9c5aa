// clearImmediate removes an immediate even when it is next in the running round.
setImmediate(() => {
  console.log('1');
  clearImmediate(second);
  clearImmediate(fourth);
});
const second = setImmediate(() => console.log('never 2'));
setImmediate(() => console.log('3'));
const fourth = setImmediate(() => console.log('never 4'));
setImmediate(() => console.log('5'));
