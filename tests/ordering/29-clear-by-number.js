// clear accepts the number of a handle.
const timer = setTimeout(() => console.log('never'), 5);
const id = +timer;
clearTimeout(id);
const interval = setInterval(() => console.log('never'), 5);
clearInterval(Number(interval));
process.on('exit', () => console.log('exit'));
