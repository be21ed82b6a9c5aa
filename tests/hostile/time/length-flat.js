// flat asks for each index.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.flat.call({ length: 2 ** 53 - 1 });
