// The first unhandled rejection ends the process; later ones of the same drain are not told.
process.on('uncaughtExceptionMonitor', (error) => console.log('monitor', error.message));
process.on('exit', (code) => console.log('exit', code));
Promise.reject(new Error('one'));
Promise.reject(new Error('two'));
