// process.exit in an immediate: the rest of the round does not run.
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => { console.log('immediate 1'); process.exit(12); });
setImmediate(() => console.log('never: immediate 2'));
