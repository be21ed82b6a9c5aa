// From a timer: ticks first, then microtasks in the order of their queueing.
setTimeout(() => {
  Promise.resolve().then(() => console.log('promise'));
  queueMicrotask(() => console.log('microtask'));
  process.nextTick(() => console.log('tick'));
  console.log('timer');
}, 1);
