// After process.exit nothing at all runs but the exit listeners themselves: no microtask either.
process.on('exit', () => {
  process.nextTick(() => console.log('never: tick'));
  queueMicrotask(() => console.log('never: microtask'));
  Promise.resolve().then(() => console.log('never: promise'));
  setTimeout(() => console.log('never: timer'), 0);
  setImmediate(() => console.log('never: immediate'));
  console.log('exit');
});
setTimeout(() => process.exit(), 1);
