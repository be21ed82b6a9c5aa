// process.exit() inside an exit listener changes the code and ends at once.
process.on('exit', (code) => { console.log('first', code); process.exit(9); console.log('must not run'); });
process.on('exit', () => console.log('must not run: second listener'));
setTimeout(() => { process.exit(3); }, 1);
