// Classes of all characters, with and without case.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
for (let i = 0;; i++) new RegExp('[[\\p{L}\\p{N}]--[\\p{Lu}]]'.repeat(200) + i, 'vi').test('x'.repeat(200));
