// Reactions to a promise that never settles.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const never = new Promise(() => {});
for (;;) never.then(() => {}, () => {});
