// A comparator without an order, over and over: sorting must end, the loop around it is stopped.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const values = Array.from({ length: 2000 }, (_, i) => i);
for (;;) values.sort(() => Math.random() - 0.5);
