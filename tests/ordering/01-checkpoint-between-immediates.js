// Ticks and then microtasks drain after every immediate of a round.
for (let i = 1; i <= 3; i++) {
  setImmediate(() => {
    console.log(`immediate ${i}`);
    queueMicrotask(() => console.log(`  microtask ${i}`));
    process.nextTick(() => console.log(`  tick ${i}`));
  });
}
