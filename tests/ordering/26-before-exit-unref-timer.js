// An unref'd timer armed in beforeExit does not keep the process going.
let n = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++n);
  setTimeout(() => console.log('never'), 5000).unref();
});
process.on('exit', () => console.log('exit'));
