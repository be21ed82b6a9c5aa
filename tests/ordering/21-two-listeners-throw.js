// Each error has a next-tick of its own, in the order of the listeners.
process.on('uncaughtException', (error) => {
  console.log('uncaught', error);
  process.nextTick(() => console.log('tick of', error));
  queueMicrotask(() => console.log('microtask of', error));
});
const target = new EventTarget();
for (const thrown of ['one', null, undefined, 4]) target.addEventListener('x', () => { throw thrown; });
target.dispatchEvent(new Event('x'));
console.log('returned');
