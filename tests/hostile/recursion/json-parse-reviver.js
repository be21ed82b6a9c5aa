// The same with a reviver: the engine then keeps a tree of places beside the value.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
for (const [open, close] of [['[', ']'], ['{"a":', '}']]) {
  for (const depth of [1000, 30_000, 100_000, 200_000, 1_000_000]) {
    try { JSON.parse(open.repeat(depth) + '1' + close.repeat(depth), (key, value) => value); } catch (error) { if (!(error instanceof RangeError || error instanceof SyntaxError)) console.log(error); }
  }
}
console.log('done');
