// Backtracking from matchAll.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
[...('b'.repeat(10) + 'a'.repeat(60) + '!').matchAll(/(a+)+$/g)];
