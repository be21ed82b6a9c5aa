// Asynchronous functions that wait for a promise that never settles.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const never = new Promise(() => {});
async function wait(held) { await never; return held; }
for (;;) wait(new Array(10).fill(1.5));
