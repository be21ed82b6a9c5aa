// Copies of a buffer.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [new ArrayBuffer(1 << 20)];
for (;;) all.push(all[all.length - 1].slice(0));
