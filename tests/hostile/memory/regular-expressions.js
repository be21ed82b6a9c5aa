// Regular expressions, each other than the last, each compiled: their code is outside the heap.
// outcome: limit heap|wall_time|cpu_time
// policy: {"heap":"48MiB","wall_time":"1s","cpu_time":"1s"}
const all = [];
for (let i = 0;; i++) {
  const regexp = new RegExp('(?:' + 'ab|'.repeat(500) + i + ')+', 'g');
  regexp.test('abcdef' + i);
  all.push(regexp);
}
