// The same after process.exit(), which has ended everything else.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('exit', () => { for (;;) {} });
process.exit(0);
