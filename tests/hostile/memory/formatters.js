// Formatters hold memory outside the engine's heap.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) all.push(new Intl.DateTimeFormat('ja', { dateStyle: 'full' }), new Intl.Collator('de'));
