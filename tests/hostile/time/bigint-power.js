// Multiplying the largest integers, which happens inside the engine.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let value = 3n ** 300_000n;
for (;;) value = BigInt.asUintN(500_000, value * value) | 1n;
