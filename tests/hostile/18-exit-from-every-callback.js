// The exit code arrives from a microtask behind which jobs, ticks and timers wait.
setTimeout(() => console.log('must not run: timer'), 0);
setImmediate(() => console.log('must not run: immediate'));
queueMicrotask(() => console.log('before'));
queueMicrotask(() => { process.nextTick(() => console.log('must not run: tick')); process.exit(4); });
queueMicrotask(() => console.log('must not run: microtask'));
Promise.resolve().then(() => console.log('must not run: job'));
