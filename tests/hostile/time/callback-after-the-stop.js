// Nothing of the program runs after it was stopped: neither listeners nor what waits.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('exit', () => console.log('exit must not be told'));
process.on('uncaughtException', () => console.log('nor an error'));
setTimeout(() => console.log('nor a timer'), 0);
Promise.resolve().then(() => console.log('nor a job'));
for (;;) {}
