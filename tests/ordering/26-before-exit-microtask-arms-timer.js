// A timer armed by a microtask of beforeExit keeps the process going.
let n = 0;
process.on('beforeExit', () => {
  console.log('beforeExit', ++n);
  if (n < 3) Promise.resolve().then(() => setTimeout(() => console.log('timer', n), 1));
});
