// An unhandled throw in a tick ends the process with code 1.
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => console.log('tick 1'));
process.nextTick(() => { throw new Error('tick 2'); });
process.nextTick(() => console.log('never: tick 3'));
queueMicrotask(() => console.log('never: microtask'));
