// The listener of last resort may dispatch, and what is thrown then is uncaught in its turn.
const target = new EventTarget();
let left = 3;
target.addEventListener('x', () => { throw left--; });
process.on('uncaughtException', (error) => {
  console.log('uncaught', error);
  if (left > 0) target.dispatchEvent(new Event('x'));
  console.log('handled', error);
});
target.dispatchEvent(new Event('x'));
