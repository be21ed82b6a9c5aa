// valueOf that does not return, called by arithmetic.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
1 + { valueOf() { for (;;) {} } };
