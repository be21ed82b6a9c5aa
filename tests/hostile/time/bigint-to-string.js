// The decimal digits of a large integer, over and over.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const value = (1n << 400_000n) - 1n;
for (;;) value.toString();
