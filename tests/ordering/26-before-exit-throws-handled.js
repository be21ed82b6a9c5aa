// A handled throw in beforeExit: the process ends normally.
let n = 0;
process.on('uncaughtException', (error) => console.log('caught', error.message));
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', () => { if (++n < 5) throw new Error(`in beforeExit ${n}`); });
