// An unhandled throw of null ends with code 1 as any other.
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw null; }, 1);
