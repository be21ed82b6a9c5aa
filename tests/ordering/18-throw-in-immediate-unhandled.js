// An unhandled throw in an immediate ends the process with code 1.
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => { throw new TypeError('one'); });
setImmediate(() => console.log('never: immediate 2'));
process.nextTick(() => console.log('tick'));
