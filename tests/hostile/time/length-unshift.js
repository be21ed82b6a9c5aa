// unshift moves everything.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.unshift.call({ length: 2 ** 53 - 3 }, 1);
