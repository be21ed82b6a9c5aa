// Cutting a long text into characters.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'ab'.repeat(1 << 20);
for (;;) text.split('').join('');
