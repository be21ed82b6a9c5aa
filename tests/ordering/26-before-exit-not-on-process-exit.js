// process.exit and an uncaught exception skip beforeExit.
process.on('beforeExit', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => process.exit(4), 1);
