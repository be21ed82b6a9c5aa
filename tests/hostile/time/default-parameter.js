// The default of a parameter is computed by a loop.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
((value = (() => { for (;;) {} })()) => value)();
