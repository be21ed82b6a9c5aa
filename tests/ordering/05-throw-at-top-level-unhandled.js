// An unhandled throw of the script ends the process with code 1; nothing queued runs but exit listeners.
process.on('exit', (code) => console.log('exit', code, process.exitCode));
queueMicrotask(() => console.log('never: microtask'));
process.nextTick(() => console.log('never: tick'));
setTimeout(() => console.log('never: timer'), 1);
throw new Error('top level');
