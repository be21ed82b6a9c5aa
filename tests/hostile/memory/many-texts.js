// Texts each of which is within its limit, and kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (let i = 0;; i++) all.push(('xy'.repeat(1 << 20) + i).toUpperCase());
