// The same in the modes u, v and i, which the engine interprets or compiles in other ways.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
const text = 'é'.repeat(60) + '!';
/^(\p{L}+)+$/u.test(text);
/^([\p{L}--[x]]+)+$/v.test(text);
/^(É+)+$/iu.test(text);
