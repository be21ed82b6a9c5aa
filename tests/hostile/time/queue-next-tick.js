// A chain of process.nextTick without an end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function next() { process.nextTick(next); }
next();
