// A text nested two hundred thousand times, to be made a value.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const depth = 200_000;
for (const [open, close] of [['[', ']'], ['{"a":', '}']]) {
  for (const text of [open.repeat(depth) + '1' + close.repeat(depth), open.repeat(depth)]) {
    try { JSON.parse(text); } catch (error) { if (!(error instanceof RangeError || error instanceof SyntaxError)) console.log(error); }
  }
}
console.log('done');
