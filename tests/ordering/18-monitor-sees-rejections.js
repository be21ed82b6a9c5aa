// The monitor is told the origin of a rejection that nobody handled.
process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', error.message, origin));
process.on('uncaughtException', (error, origin) => console.log('handler', error.message, origin));
Promise.reject(new Error('rejected'));
setTimeout(() => console.log('timer'), 5);
