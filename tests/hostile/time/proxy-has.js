// The has trap, reached through `in`.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
'x' in new Proxy({}, { has() { for (;;) {} } });
