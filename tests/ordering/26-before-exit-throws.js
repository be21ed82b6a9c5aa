// A throw in beforeExit is an uncaught exception.
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', () => { throw new Error('in beforeExit'); });
