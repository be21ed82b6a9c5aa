// A listener of `exit` that does not return: the program has ended in every other way.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('exit', () => { for (;;) {} });
