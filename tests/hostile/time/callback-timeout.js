// The loop stands in a timer's callback.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
setTimeout(() => { for (;;) {} }, 1);
