// The same without an uncaughtException listener ends the process.
process.on('unhandledRejection', () => { throw new Error('from listener'); });
process.on('exit', (code) => console.log('exit', code));
Promise.reject('one');
setTimeout(() => console.log('never'), 5);
