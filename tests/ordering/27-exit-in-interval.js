// process.exit in an interval.
process.on('exit', (code) => console.log('exit', code));
let n = 0;
setInterval(() => { console.log('fire', ++n); if (n === 2) process.exit(); console.log('after', n); }, 2);
