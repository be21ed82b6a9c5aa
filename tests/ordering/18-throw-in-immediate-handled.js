// A handled throw in an immediate: the other immediates of the round still run.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
setImmediate(() => {
  queueMicrotask(() => console.log('microtask of 1'));
  process.nextTick(() => console.log('tick of 1'));
  throw new Error('one');
});
setImmediate(() => {
  console.log('immediate 2');
  process.nextTick(() => console.log('tick of 2'));
});
setImmediate(() => console.log('immediate 3'));
