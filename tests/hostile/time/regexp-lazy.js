// Lazy quantifiers, nested.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
/^(?:(?:a+?)+?)+?$/.test('a'.repeat(60) + '!');
