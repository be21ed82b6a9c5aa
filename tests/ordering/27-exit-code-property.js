// exitCode is used when process.exit gets no code and at a natural end; an exit listener may change it.
process.exitCode = 30;
process.on('exit', (code) => { console.log('exit 1', code, process.exitCode); process.exitCode = 31; });
process.on('exit', (code) => console.log('exit 2', code, process.exitCode));
setTimeout(() => process.exit(), 1);
