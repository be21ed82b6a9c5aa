// Raised as uncaught it reaches uncaughtException with its origin; an Error arrives as itself.
const reason = new Error('alone');
process.on('uncaughtException', (error, origin) => console.log(error === reason, origin));
Promise.reject(reason);
setTimeout(() => console.log('timer'), 1);
