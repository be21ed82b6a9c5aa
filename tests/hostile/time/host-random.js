// Asking for random bytes without an end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const bytes = new Uint8Array(65_536);
for (;;) crypto.getRandomValues(bytes);
