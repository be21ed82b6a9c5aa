// An array that grows for ever.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push({});
