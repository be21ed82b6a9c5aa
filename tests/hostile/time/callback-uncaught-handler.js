// The handler of uncaught errors does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('uncaughtException', () => { for (;;) {} });
throw new Error('handled by a loop');
