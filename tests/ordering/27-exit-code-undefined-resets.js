// exitCode starts undefined, and undefined or null resets it.
console.log(process.exitCode);
process.exitCode = 5;
console.log(process.exitCode);
process.exitCode = undefined;
console.log(process.exitCode);
process.exitCode = null;
console.log(process.exitCode);
process.on('exit', (code) => console.log('exit', code));
