// stderr: compare
// Everything written before process.exit reaches standard output and standard error.
for (let i = 0; i < 3000; i++) console.log(`line ${i} of standard output`.padEnd(60, '.'));
for (let i = 0; i < 20; i++) console.error(`line ${i} of standard error`);
console.warn('a warning');
process.exit(34);
