// Parsing and making a long text, over and over.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => ({ i, text: 'x'.repeat(20) })));
for (;;) JSON.stringify(JSON.parse(text));
