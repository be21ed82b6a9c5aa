// A listener throws: the others run, dispatch returns, then the error is uncaught in a next-tick of its own.
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
const target = new EventTarget();
target.addEventListener('x', () => { console.log('first'); throw new Error('thrown'); });
target.addEventListener('x', () => console.log('second'));
process.nextTick(() => console.log('tick before'));
queueMicrotask(() => console.log('microtask'));
console.log('returned', target.dispatchEvent(new Event('x')));
process.nextTick(() => console.log('tick after'));
