// A delay that does not become a number: the host converts it.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
setTimeout(() => {}, { [Symbol.toPrimitive]() { for (;;) {} } });
