// Symbol.toPrimitive that does not return, called by a comparison inside a built-in.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
[1, { [Symbol.toPrimitive]() { for (;;) {} } }].sort();
