// The same holds when a tick or a microtask of a timer callback does the arming.
setTimeout(() => {
  process.nextTick(() => {
    setTimeout(() => console.log('timeout from tick'), 0);
    setImmediate(() => console.log('immediate from tick'));
  });
  Promise.resolve().then(() => {
    setTimeout(() => console.log('timeout from promise'), 0);
    setImmediate(() => console.log('immediate from promise'));
  });
}, 1);
