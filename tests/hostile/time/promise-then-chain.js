// A chain of jobs without an end: the checkpoint never gets through.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function next() { Promise.resolve().then(next); }
next();
