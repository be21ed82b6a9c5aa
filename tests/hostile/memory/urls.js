// URL objects with long addresses.
// outcome: limit heap
// policy: {"heap":"16MiB","cpu_time":"30s"}
const all = [];
for (let i = 0;; i++) all.push(new URL('http://example.org/' + 'x'.repeat(10_000) + i));
