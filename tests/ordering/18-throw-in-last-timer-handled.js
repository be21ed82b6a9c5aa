// A handled throw in the only due timer: its ticks and microtasks still run, before the next immediate.
process.on('uncaughtException', (error) => console.log('caught', error.message));
setTimeout(() => {
  setImmediate(() => console.log('immediate'));
  queueMicrotask(() => console.log('microtask'));
  process.nextTick(() => console.log('tick'));
  throw new Error('alone');
}, 5);
