// lastIndexOf from the greatest length down.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.lastIndexOf.call({ length: 2 ** 53 - 1 }, 'x');
