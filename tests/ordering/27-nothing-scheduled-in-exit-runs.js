// Exit listeners are synchronous: no tick, timer or immediate that they schedule runs.
process.on('exit', () => {
  process.nextTick(() => console.log('never: tick'));
  setTimeout(() => console.log('never: timer'), 0);
  setImmediate(() => console.log('never: immediate'));
  console.log('exit 1');
});
process.on('exit', () => console.log('exit 2'));
