// An endless loop with nothing in it.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) {}
