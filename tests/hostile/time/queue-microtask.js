// A chain of queueMicrotask without an end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function next() { queueMicrotask(next); }
next();
