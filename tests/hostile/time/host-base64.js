// The host's functions for Base64, on eight million characters.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'x'.repeat(8 << 20);
for (;;) atob(btoa(text));
