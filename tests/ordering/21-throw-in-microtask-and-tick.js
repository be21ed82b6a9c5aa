// The same from a microtask and from a next-tick.
process.on('uncaughtException', (error) => console.log('uncaught', error));
const target = new EventTarget();
target.addEventListener('x', ({ detail }) => { throw detail; });
const fire = (detail) => target.dispatchEvent(new CustomEvent('x', { detail }));
queueMicrotask(() => { fire('microtask'); console.log('microtask goes on'); });
queueMicrotask(() => console.log('next microtask'));
process.nextTick(() => { fire('tick'); console.log('tick goes on'); });
process.nextTick(() => console.log('next tick'));
