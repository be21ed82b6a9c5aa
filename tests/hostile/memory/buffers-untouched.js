// Buffers that are kept and never written to: the system has not given a page for most of them.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push(new ArrayBuffer(4 << 20));
