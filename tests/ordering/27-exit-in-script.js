// process.exit in the script: exit listeners run, queued jobs do not, nothing after it runs.
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => console.log('never: tick'));
queueMicrotask(() => console.log('never: microtask'));
process.exit(3);
console.log('never: after');
