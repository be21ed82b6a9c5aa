// Symbol.toStringTag is read by Object.prototype.toString.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Object.prototype.toString.call({ get [Symbol.toStringTag]() { for (;;) {} } });
