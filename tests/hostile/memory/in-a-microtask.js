// Memory that grows in promise jobs.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
(async () => { for (;;) { all.push(new Array(1000).fill(1.5)); await null; } })();
