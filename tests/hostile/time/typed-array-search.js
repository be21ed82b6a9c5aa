// Searching 32 MiB of zeros, over and over.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const bytes = new Uint8Array(32 << 20);
for (;;) bytes.includes(1);
