// Symbol.hasInstance that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
1 instanceof { [Symbol.hasInstance]() { for (;;) {} } };
