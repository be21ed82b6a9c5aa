// The clocks of the language replaced: limits are measured by the host's.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Date.now = () => 0;
performance.now = () => 0;
Date = class { static now() { return 0; } getTime() { return 0; } };
for (;;) {}
