// Reversing four thousand million holes around one value.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms","array_length":0}
const holes = [];
holes[2 ** 32 - 2] = 1;
for (;;) holes.reverse();
