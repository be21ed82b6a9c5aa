// What a codec holds outside of the heap counts as the heap's.
// outcome: limit heap
// policy: {"heap":"24MiB","cpu_time":"10s","wall_time":"30s"}
const all = [];
for (;;) all.push(new CompressionStream('gzip'));
