// An immediate queued by a tick or microtask between two immediates also waits for the next turn.
setImmediate(() => {
  console.log('A');
  process.nextTick(() => { console.log('tick of A'); setImmediate(() => console.log('from tick')); });
  queueMicrotask(() => { console.log('microtask of A'); setImmediate(() => console.log('from microtask')); });
});
setImmediate(() => console.log('B'));
