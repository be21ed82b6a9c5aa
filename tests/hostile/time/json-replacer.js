// A replacer that always gives something new to replace.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
try { JSON.stringify({}, () => ({ next: 1 })); } catch { for (;;) JSON.stringify([1, 2, 3], (key, value) => value); }
