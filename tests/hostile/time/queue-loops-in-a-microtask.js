// The loop stands in a microtask, after a script that ended well.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
queueMicrotask(() => { for (;;) {} });
