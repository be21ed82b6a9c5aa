// Immediates that are queued without an end, before any runs.
// outcome: limit heap
// policy: {"heap":"24MiB","cpu_time":"10s","tasks":0}
for (;;) setImmediate(() => {}, [1, 2, 3]);
