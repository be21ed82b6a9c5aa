// Tables and counters.
// outcome: limit output
// policy: {"cpu_time":"10s"}
const rows = Array.from({ length: 50 }, (_, i) => ({ i, square: i * i, text: 'x'.repeat(50) }));
for (;;) { console.table(rows); console.count('turns'); }
