// Requests that queue up at an asynchronous generator that never answers.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const generator = (async function* () { await new Promise(() => {}); yield 1; })();
for (;;) generator.next({ held: 1 });
