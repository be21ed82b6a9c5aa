// process.emit belongs to the program, yet exit and uncaught errors do not depend on it.
process.emit = () => { throw new Error('emit was called'); };
process.on('exit', (code) => console.log('exit', code));
process.on('beforeExit', () => console.log('beforeExit'));
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
setTimeout(() => { throw new Error('timer'); }, 1);
setTimeout(() => console.log('later'), 2);
