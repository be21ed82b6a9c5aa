// String.raw believes the length of its pieces.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
String.raw({ raw: { length: 2 ** 53 - 1 } });
