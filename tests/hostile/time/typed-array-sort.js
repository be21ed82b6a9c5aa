// Sorting numbers inside the engine, with no script that could be interrupted.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const numbers = new Float64Array(1 << 20);
for (let i = 0; i < numbers.length; i++) numbers[i] = (i * 7919) % 1_000_003;
for (;;) numbers.slice().sort();
