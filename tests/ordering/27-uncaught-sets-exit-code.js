// An uncaught exception ends with 1 even when exitCode says something else; a listener of exit may change it.
process.exitCode = 0;
process.on('exit', (code) => { console.log('exit', code, process.exitCode); process.exitCode = 40; });
setTimeout(() => { throw new Error('x'); }, 1);
