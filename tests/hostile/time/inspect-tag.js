// console.log reads Symbol.toStringTag.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
console.log({ get [Symbol.toStringTag]() { for (;;) {} } });
