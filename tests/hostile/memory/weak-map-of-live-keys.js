// A weak map whose keys are kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const keys = [];
const map = new WeakMap();
for (let i = 0;; i++) map.set(keys[i] = {}, { i });
