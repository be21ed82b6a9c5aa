// process.exit inside the exit listener of a natural end.
let n = 0;
process.on('exit', (code) => { console.log('exit', ++n, code); process.exit(22); });
