// Copies of a large array by syntax, which no replaced function sees.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let array = new Array(1 << 20).fill(1);
for (;;) array = [...array, ...array].slice(0, 1 << 20);
