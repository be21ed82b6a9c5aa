// The loop stands in a tick that a timer's callback made.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
setTimeout(() => process.nextTick(() => { for (;;) {} }), 1);
