// A throw in an exit listener reaches uncaughtException as well.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
process.on('exit', (code) => { console.log('exit', code); throw new Error('in exit'); });
