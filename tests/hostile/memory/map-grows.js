// A map that grows for ever.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const map = new Map();
for (let i = 0;; i++) map.set(i, i + 0.5);
