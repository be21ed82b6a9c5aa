// Listeners on one target.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const target = new EventTarget();
for (let i = 0;; i++) target.addEventListener('type ' + i, () => {});
