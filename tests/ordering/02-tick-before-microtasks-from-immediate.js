// From an immediate: ticks first, then microtasks in the order of their queueing.
setImmediate(() => {
  queueMicrotask(() => console.log('microtask'));
  process.nextTick(() => console.log('tick'));
  Promise.resolve().then(() => console.log('promise'));
  console.log('immediate');
});
