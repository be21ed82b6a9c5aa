// Replacing every character of a long text, over and over.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'ab'.repeat(1 << 20);
for (;;) text.replace(/a/g, '$&$&').replaceAll('b', (b) => b);
