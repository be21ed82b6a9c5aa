// A set of texts that grows for ever.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const set = new Set();
for (let i = 0;; i++) set.add('text ' + i);
