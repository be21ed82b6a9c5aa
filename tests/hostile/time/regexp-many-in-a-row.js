// Each match takes milliseconds only; there is no end to them.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
const text = 'a'.repeat(18) + '!';
for (;;) /^(a+)+$/.test(text);
