// A throw inside a promise job is a rejection, not an uncaught exception.
process.on('uncaughtException', () => console.log('never: uncaught'));
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.message));
Promise.resolve({ then() { throw new Error('from then'); } });
Promise.resolve().then(() => { throw new Error('from job'); });
new Promise(() => { throw new Error('from executor'); });
