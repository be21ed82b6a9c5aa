// Encoding and decoding a long text.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'ä€😀'.repeat(200_000);
for (;;) decodeURIComponent(encodeURIComponent(text));
