// An unhandled throw in a microtask ends the process with code 1.
process.on('exit', (code) => console.log('exit', code));
queueMicrotask(() => { throw new Error('one'); });
setTimeout(() => console.log('never'), 1);
