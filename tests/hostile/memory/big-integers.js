// Large integers, kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (let i = 0n;; i++) all.push((1n << 100_000n) + i);
