// A handled throw in a tick: the remaining ticks and microtasks still run, in order.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.nextTick(() => { throw new Error('tick 1'); });
process.nextTick(() => console.log('tick 2'));
process.nextTick(() => { throw new Error('tick 3'); });
process.nextTick(() => console.log('tick 4'));
queueMicrotask(() => console.log('microtask'));
