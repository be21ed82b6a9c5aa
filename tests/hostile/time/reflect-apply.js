// Reflect.apply reads the length of its arguments from a getter that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Reflect.apply(Math.max, null, { get length() { for (;;) {} } });
