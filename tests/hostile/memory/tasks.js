// Immediates and ticks without an end: their number has a limit, which can be caught.
// outcome: output
for (const queue of [setImmediate, process.nextTick]) {
  let made = 0;
  try {
    for (;; made++) queue(() => {});
  } catch (error) {
    console.log(error.name, error.code, made);
  }
}
setTimeout(() => setTimeout(() => {
  setImmediate(() => console.log('there is room again'));
  process.nextTick(() => console.log('here, too'));
}, 1), 1);
