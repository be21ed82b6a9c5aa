// process.exit in a tick: no later tick, no microtask.
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => { console.log('tick 1'); process.exit(13); });
process.nextTick(() => console.log('never: tick 2'));
queueMicrotask(() => console.log('never: microtask'));
