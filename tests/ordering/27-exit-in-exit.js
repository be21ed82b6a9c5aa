// process.exit inside an exit listener replaces the code; the listeners after it are not told.
process.on('exit', (code) => { console.log('exit 1', code); process.exit(21); console.log('never: after'); });
process.on('exit', () => console.log('never: exit 2'));
process.exit(20);
