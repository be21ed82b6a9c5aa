// copyWithin on an object of the greatest length.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.copyWithin.call({ length: 2 ** 53 - 1 }, 1, 2);
