// Long expressions of many alternatives, each new, each compiled.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
const names = Array.from({ length: 20_000 }, (_, i) => 'word' + i);
for (let i = 0;; i++) new RegExp(names.join('|') + i, 'iu').test('nothing of it');
