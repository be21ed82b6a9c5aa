// Generators that are suspended and kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
function* held() { const array = new Array(100).fill(1.5); yield 1; return array; }
for (;;) { const generator = held(); generator.next(); all.push(generator); }
