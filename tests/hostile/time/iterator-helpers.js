// Iterator helpers that look for what never comes.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function* numbers() { for (let i = 0;; i++) yield i; }
numbers().filter(() => false).next();
