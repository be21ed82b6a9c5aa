// A negative code wraps too.
process.on('exit', (code) => console.log('exit', code));
process.exitCode = -2;
