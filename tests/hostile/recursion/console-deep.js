// console.dir to any depth of a value nested a hundred thousand times; of an error with as many causes; of what inspects itself.
// outcome: limit output|wall_time|cpu_time
let array = [];
for (let i = 0; i < 100_000; i++) array = [array];
for (;;) {
  try { console.dir(array, { depth: Infinity }); } catch (error) { if (!(error instanceof RangeError)) throw error; }
}
