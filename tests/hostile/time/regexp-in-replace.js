// Backtracking from replaceAll, at each place of the text.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
('a'.repeat(60) + '!').repeat(3).replaceAll(/(a+)+$/g, '');
