// A custom inspection that does not return, in console.log.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { for (;;) {} } });
