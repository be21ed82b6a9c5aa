// Ticks that are queued without an end, before any runs.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s","tasks":0}
for (;;) process.nextTick(() => {});
