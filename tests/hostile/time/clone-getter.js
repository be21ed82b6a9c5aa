// structuredClone reads a getter that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
structuredClone({ get value() { for (;;) {} } });
