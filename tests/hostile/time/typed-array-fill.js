// Filling 32 MiB, over and over.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const bytes = new Uint8Array(32 << 20);
for (let i = 0;; i++) bytes.fill(i).reverse().copyWithin(1, 0);
