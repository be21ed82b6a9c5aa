// Clones of a buffer, and of what holds it.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [{ bytes: new Uint8Array(1 << 20), text: 'x'.repeat(1 << 18) }];
for (;;) all.push(structuredClone(all[0]));
