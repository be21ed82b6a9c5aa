// A throwing tick of a timer: the jobs left over run, in order, ticks before microtasks.
process.on('uncaughtException', (error) => console.log('caught', error.message));
setTimeout(() => {
  process.nextTick(() => { throw new Error('tick 1'); });
  process.nextTick(() => console.log('tick 2'));
  queueMicrotask(() => console.log('microtask'));
}, 5);
