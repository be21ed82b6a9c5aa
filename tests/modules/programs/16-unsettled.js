// A main module that waits for ever ends with code 13, and says where.
process.on('exit', (code) => console.log('exit', code, process.exitCode));
process.on('beforeExit', (code) => console.log('beforeExit', code, process.exitCode));
setTimeout(() => console.log('timer'), 1);
const value = 1; await new Promise(() => {});
