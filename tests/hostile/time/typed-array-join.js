// Making a text of four million zeros, over and over.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const bytes = new Uint8Array(4 << 20);
for (;;) bytes.join('');
