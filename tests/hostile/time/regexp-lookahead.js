// Backtracking inside a lookahead.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/^(?=(a+)+$)x/.test('a'.repeat(60) + '!');
