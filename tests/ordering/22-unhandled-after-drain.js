// unhandledRejection is decided when ticks and microtasks are empty, before the next macrotask.
process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason, promise === rejected));
const rejected = Promise.reject('why');
process.nextTick(() => console.log('tick'));
queueMicrotask(() => console.log('microtask'));
setTimeout(() => console.log('timer'), 0);
setImmediate(() => {});
