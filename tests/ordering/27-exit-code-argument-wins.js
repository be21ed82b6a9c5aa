// The argument of process.exit wins over exitCode and is visible there.
process.exitCode = 32;
process.on('exit', (code) => console.log('exit', code, process.exitCode));
process.exit(33);
