// A handled throw of the script itself ends the script; what it queued still runs.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.on('exit', (code) => console.log('exit', code));
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
setTimeout(() => console.log('timer'), 1);
throw new Error('top level');
