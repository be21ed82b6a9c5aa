// Backtracking from String.prototype.split.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
('a'.repeat(60) + '!').split(/(a+)+$/);
