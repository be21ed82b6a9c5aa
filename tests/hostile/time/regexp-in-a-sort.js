// A match that does not end, in a comparator, in a timer.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
setTimeout(() => ['a'.repeat(60) + '!', 'b'].sort((a, b) => /^(a+)+$/.test(a) - /^(a+)+$/.test(b)), 1);
