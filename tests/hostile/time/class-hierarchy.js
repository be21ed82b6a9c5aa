// Classes that extend each other without an end: each costs more than the last.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let last = class {};
for (;;) last = class extends last {};
