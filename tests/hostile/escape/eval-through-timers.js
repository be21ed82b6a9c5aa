// Texts where callbacks are expected.
// outcome: output
for (const take of [setTimeout, setInterval, setImmediate, queueMicrotask, process.nextTick]) {
  try {
    take('globalThis.ran = true', 1);
    console.log('taken');
  } catch (error) {
    console.log(error.name);
  }
}
setTimeout(() => console.log(globalThis.ran), 5);
