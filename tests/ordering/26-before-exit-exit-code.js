// beforeExit is told the exitCode and may change it.
process.exitCode = 2;
process.on('beforeExit', (code) => { console.log('beforeExit', code); process.exitCode = 6; });
process.on('exit', (code) => console.log('exit', code, process.exitCode));
