// Tick, microtask and tick again, nested: each level waits for the queue it interrupts.
process.nextTick(() => {
  console.log('tick 1');
  queueMicrotask(() => {
    console.log('microtask 1');
    process.nextTick(() => {
      console.log('tick 1.1');
      queueMicrotask(() => console.log('microtask 1.1'));
    });
    queueMicrotask(() => console.log('microtask 1.2'));
  });
  process.nextTick(() => console.log('tick 2'));
});
process.nextTick(() => console.log('tick 3'));
queueMicrotask(() => console.log('microtask 0'));
