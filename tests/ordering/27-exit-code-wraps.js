// The system keeps the low eight bits of a code.
process.on('exit', (code) => console.log('exit', code));
process.exit(256 + 36);
