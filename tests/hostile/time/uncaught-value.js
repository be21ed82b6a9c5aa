// The text of an uncaught value is made by the value itself.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
throw { [Symbol.for('nodejs.util.inspect.custom')]() { for (;;) {} }, get message() { for (;;) {} } };
