// The same from an immediate: the error comes before the next immediate.
process.on('uncaughtException', (error) => console.log('uncaught', error));
const target = new EventTarget();
target.addEventListener('x', ({ detail }) => { throw detail; });
setImmediate(() => {
  process.nextTick(() => console.log('tick before'));
  target.dispatchEvent(new CustomEvent('x', { detail: 'immediate' }));
  console.log('immediate goes on');
});
setImmediate(() => console.log('next immediate'));
