// reverse on an object of the greatest length.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.reverse.call({ length: 2 ** 53 - 1 });
