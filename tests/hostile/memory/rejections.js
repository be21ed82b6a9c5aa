// Rejections that nobody handles: the host keeps a list of them until the checkpoint.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push(Promise.reject(new Error('unhandled')));
