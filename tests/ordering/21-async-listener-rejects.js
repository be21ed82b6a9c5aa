// What the promise of an async listener is rejected with is an uncaught exception, no unhandled rejection.
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
process.on('unhandledRejection', () => console.log('never'));
const target = new EventTarget();
target.addEventListener('x', async () => { console.log('first'); throw new Error('at once'); });
target.addEventListener('x', async () => { await null; console.log('resumed'); throw new Error('later'); });
target.addEventListener('x', async () => 'fulfilled');
target.addEventListener('x', () => console.log('last'));
target.dispatchEvent(new Event('x'));
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
