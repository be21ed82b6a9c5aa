// Buffers each of which is within its limit, and kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push(new Uint8Array(4 << 20).fill(1));
