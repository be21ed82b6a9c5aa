// Expressions nested five thousand times, to be compiled.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const depth = 5000;
for (const [open, close] of [['(', ')'], ['(?:', ')*'], ['(?=', ')'], ['(?<=', ')'], ['[', ']'], ['(?<a', '>)'], ['a|', '']]) {
  for (const flags of ['', 'u', 'v']) {
    try { new RegExp(open.repeat(depth) + 'x' + close.repeat(depth), flags).test('x'); } catch (error) { if (!(error instanceof SyntaxError || error instanceof RangeError)) console.log(error); }
  }
}
console.log('done');
