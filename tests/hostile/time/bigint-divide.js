// Dividing large integers.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const value = (1n << 500_000n) - 1n;
for (let i = 0n;; i++) value % ((1n << 250_000n) + i);
