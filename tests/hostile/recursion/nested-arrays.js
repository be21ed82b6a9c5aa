// Arrays nested a million times: flattened, joined, compared, sorted, spread.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let array = [1];
for (let i = 0; i < 1_000_000; i++) array = [array];
for (const attempt of [() => array.flat(Infinity).length, () => String(array), () => array.join(), () => array.toLocaleString(), () => [array, array].sort().length, () => +array, () => array == 1]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
