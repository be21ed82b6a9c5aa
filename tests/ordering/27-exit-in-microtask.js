// process.exit in a microtask: no later microtask.
process.on('exit', (code) => console.log('exit', code));
queueMicrotask(() => { console.log('microtask 1'); process.exit(14); });
queueMicrotask(() => console.log('never: microtask 2'));
