// sort collects what is there first.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.sort.call({ length: 2 ** 53 - 1 });
