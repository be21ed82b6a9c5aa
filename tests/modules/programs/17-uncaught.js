// What the main module throws is an uncaught exception, from a promise.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
process.on('unhandledRejection', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => console.log('goes on'), 1);
throw new Error('thrown');
