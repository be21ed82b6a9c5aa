// structuredClone of values nested a million times, and of what clones itself while it is cloned.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let array = [];
let map = new Map();
let error = new Error('last');
for (let i = 0; i < 1_000_000; i++) {
  array = [array];
  if (i < 200_000) map = new Map([[map, 1]]);
}
for (let i = 0; i < 20_000; i++) error = new Error('next', { cause: error });
const itself = { get value() { return structuredClone(itself); } };
for (const value of [array, map, error, itself]) {
  try { structuredClone(value); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
