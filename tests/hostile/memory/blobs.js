// Blobs each of which is within its limit, and kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push(new Blob(['x'.repeat(1 << 20)]));
