// An unhandledRejection listener that throws raises its own error as uncaught.
process.on('unhandledRejection', (reason) => { throw new Error(`from listener: ${reason}`); });
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
Promise.reject('one');
Promise.reject('two');
setTimeout(() => console.log('timer'), 5);
