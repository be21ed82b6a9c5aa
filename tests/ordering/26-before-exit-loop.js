// beforeExit fires on natural idle and again after a timer or immediate that it armed.
let n = 0;
process.on('beforeExit', (code) => {
  console.log('beforeExit', ++n, code);
  if (n === 1) setTimeout(() => console.log('timer'), 1);
  if (n === 2) setImmediate(() => console.log('immediate'));
});
process.on('exit', (code) => console.log('exit', code));
