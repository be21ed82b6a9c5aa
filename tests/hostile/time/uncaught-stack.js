// The stack of an uncaught error is a getter that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;) {} } });
