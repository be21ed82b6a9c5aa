// process.exit inside beforeExit.
process.on('beforeExit', () => { console.log('beforeExit'); process.exit(23); });
process.on('beforeExit', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
