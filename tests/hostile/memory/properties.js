// An object with ever more properties.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const object = {};
for (let i = 0;; i++) object['property ' + i] = i;
