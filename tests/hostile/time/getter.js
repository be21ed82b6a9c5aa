// A getter that does not return, read by a built-in.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Object.assign({}, { get value() { for (;;) {} } });
