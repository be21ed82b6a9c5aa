// process.exit inside an unhandledRejection listener.
process.on('unhandledRejection', (reason) => { console.log('unhandled', reason); process.exit(25); });
process.on('exit', (code) => console.log('exit', code));
Promise.reject('one');
Promise.reject('two');
