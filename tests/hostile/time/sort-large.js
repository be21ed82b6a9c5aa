// Sorting by the default order converts each value to a string, for longer than the limit.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const values = Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
for (;;) values.toSorted();
