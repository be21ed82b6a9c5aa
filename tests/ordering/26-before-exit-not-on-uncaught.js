// An uncaught exception skips beforeExit.
process.on('beforeExit', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw new Error('x'); }, 1);
