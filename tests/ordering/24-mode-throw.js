// Mode throw: the event first; raised as uncaught only when nobody listens.
// flags: --unhandled-rejections=throw
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
process.on('warning', (warning) => console.log('never', warning.name));
process.once('unhandledRejection', (reason) => console.log('unhandled', reason.message));
Promise.reject(new Error('one'));
setTimeout(() => Promise.reject(new Error('two')), 5);
