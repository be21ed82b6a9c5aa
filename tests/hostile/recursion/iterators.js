// Iterators that iterate themselves, when they begin, go on and end.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const begins = { [Symbol.iterator]() { return [...this]; } };
const goesOn = { [Symbol.iterator]() { return this; }, next() { return { value: [...this] }; } };
const ends = { [Symbol.iterator]() { return this; }, next: () => ({ value: 1 }), return() { const [a] = this; return {}; } };
function* delegates() { yield* delegates(); }
for (const attempt of [() => [...begins], () => { const [[a]] = goesOn; }, () => { const [a] = ends; }, () => [...delegates()], () => new Map(begins), () => Object.fromEntries(goesOn)]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
