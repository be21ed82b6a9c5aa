// toLocaleString joins what it finds.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.toLocaleString.call({ length: 2 ** 53 - 1, 0: 1 });
