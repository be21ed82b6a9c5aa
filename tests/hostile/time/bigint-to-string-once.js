// And the digits of one of a million bits.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) ((1n << 1_000_000n) - 1n).toString();
