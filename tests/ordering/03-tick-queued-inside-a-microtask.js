// A tick queued by a microtask waits until the remaining microtasks, also new ones, have run.
setImmediate(() => {
  queueMicrotask(() => {
    console.log('mt1');
    process.nextTick(() => console.log('tick'));
    queueMicrotask(() => console.log('mt2'));
  });
  queueMicrotask(() => console.log('mtB'));
});
