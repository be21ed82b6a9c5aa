// close clears the timer and returns the handle.
const timer = setTimeout(() => console.log('never'), 5);
console.log(timer.close() === timer, timer.close() === timer);
const interval = setInterval(() => console.log('never'), 5);
interval.close();
process.on('exit', () => console.log('exit'));
