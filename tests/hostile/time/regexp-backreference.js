// A back reference within a quantifier keeps the expression from being compiled simply.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/^(a*)*\1b$/.test('a'.repeat(60));
