// splice moves everything behind the removed part.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.splice.call({ length: 2 ** 53 - 1 }, 0, 1);
