// Ticks and microtasks queued inside beforeExit run, without firing it again.
let n = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++n);
  process.nextTick(() => console.log('tick'));
  queueMicrotask(() => console.log('microtask'));
  Promise.resolve().then(() => console.log('promise'));
});
process.on('exit', () => console.log('exit'));
