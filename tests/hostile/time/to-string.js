// toString that does not return, called by a property access.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
({})[{ toString() { for (;;) {} } }];
