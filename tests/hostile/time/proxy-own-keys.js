// The ownKeys trap, reached through a spread.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
({ ...new Proxy({}, { ownKeys() { for (;;) {} } }) });
