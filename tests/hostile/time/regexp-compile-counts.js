// Counted quantifiers within each other, which a compiler of expressions may write out.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
for (let i = 1;; i++) try { new RegExp('(?:(?:(?:ab|cd){1000}){1000}e{' + i + '}){1000}').test('ab'.repeat(100)); } catch {}
