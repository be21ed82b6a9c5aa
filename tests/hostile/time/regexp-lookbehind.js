// Backtracking inside a lookbehind, which is matched backwards.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/(?<=^(a+)+)b/.test('x' + 'a'.repeat(60) + 'b');
