// A generator that never ends, taken by for-of.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function* numbers() { for (let i = 0;; i++) yield i; }
for (const number of numbers()) number.toString();
