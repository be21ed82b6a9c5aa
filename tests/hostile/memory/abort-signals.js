// Signals that follow one signal.
// outcome: limit heap
// policy: {"heap":"24MiB","cpu_time":"10s"}
const controller = new AbortController();
const all = [];
for (;;) all.push(AbortSignal.any([controller.signal]));
