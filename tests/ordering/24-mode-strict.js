// Mode strict: raised as uncaught first; the event follows only for a handled one.
// flags: --unhandled-rejections=strict
process.on('uncaughtException', (error, origin) => console.log('uncaught', error.message, origin));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
process.on('warning', (warning) => console.log('warning', warning.name));
Promise.reject(new Error('one'));
setTimeout(() => console.log('timer'), 20);
