// A tick queued by a tick runs before any microtask.
setTimeout(() => {
  queueMicrotask(() => console.log('m'));
  process.nextTick(() => {
    console.log('t1');
    queueMicrotask(() => console.log('m of t1'));
    process.nextTick(() => console.log('t2'));
  });
}, 1);
