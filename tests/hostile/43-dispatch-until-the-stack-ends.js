// A listener that dispatches for ever: the stack ends, errors are reported, and the target works on.
const target = new EventTarget();
let depth = 0;
let errors = 0;
const deeper = () => { depth++; target.dispatchEvent(new Event('x')); };
process.on('uncaughtException', (error) => { if (errors++ === 0) console.log('uncaught', error.name); });
target.addEventListener('x', deeper);
try {
  target.dispatchEvent(new Event('x'));
} catch {
  // The outermost frames may be the ones that find no room.
}
console.log('deep', depth > 100);
setTimeout(() => {
  console.log('reported', errors > 0);
  target.removeEventListener('x', deeper);
  target.addEventListener('x', () => console.log('works'));
  console.log(target.dispatchEvent(new Event('x')));
}, 50);
