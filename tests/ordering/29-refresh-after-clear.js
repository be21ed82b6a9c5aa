// A cleared timer is not revived by refresh.
const timer = setTimeout(() => console.log('never'), 5);
clearTimeout(timer);
console.log(timer.refresh() === timer);
process.on('exit', () => console.log('exit'));
