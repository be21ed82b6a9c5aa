// An immediate queued by an immediate runs in the next loop turn, after the whole current round.
setImmediate(() => {
  console.log('1');
  setImmediate(() => {
    console.log('1.1');
    setImmediate(() => console.log('1.1.1'));
  });
});
setImmediate(() => {
  console.log('2');
  setImmediate(() => console.log('2.1'));
});
setImmediate(() => console.log('3'));
