// Closures that each hold an array.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) { const held = new Array(100).fill(1.5); all.push(() => held); }
