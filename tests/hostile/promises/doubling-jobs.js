// Jobs that make two jobs each.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const next = () => { Promise.resolve().then(next); Promise.resolve().then(next); };
next();
