// reduceRight looks for a first value downwards.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.prototype.reduceRight.call({ length: 2 ** 53 - 1 }, () => 0);
