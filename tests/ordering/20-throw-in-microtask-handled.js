// A handled throw in a microtask is reported, then the drain goes on.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
queueMicrotask(() => { throw new Error('one'); });
queueMicrotask(() => console.log('microtask 2'));
Promise.resolve().then(() => console.log('promise 3'));
queueMicrotask(() => { throw new Error('four'); });
queueMicrotask(() => console.log('microtask 5'));
setImmediate(() => console.log('immediate'));
