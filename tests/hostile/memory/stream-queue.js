// Chunks that wait in a stream that nobody reads.
// outcome: limit heap
// policy: {"heap":"24MiB","cpu_time":"10s","wall_time":"30s"}
let controller;
new ReadableStream({ start(c) { controller = c; } });
for (;;) controller.enqueue({});
