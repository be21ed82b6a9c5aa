// A generator that delegates to a generator, a hundred thousand deep: one value passes through all of them.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
function* leaf() { yield 'value'; }
let generator = leaf();
for (let i = 0; i < 100_000; i++) generator = (function* (inner) { yield* inner; })(generator);
try { console.log(generator.next().value === 'value'); } catch (error) { console.log(error instanceof RangeError); }
