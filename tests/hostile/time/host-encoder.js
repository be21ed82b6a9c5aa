// The host's encoder and decoder, on eight million characters.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'xä'.repeat(4 << 20);
for (;;) new TextDecoder().decode(new TextEncoder().encode(text));
