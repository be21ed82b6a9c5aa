// Registered symbols of great length.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (let i = 0;; i++) all.push(Symbol.for('x'.repeat(10_000) + i));
