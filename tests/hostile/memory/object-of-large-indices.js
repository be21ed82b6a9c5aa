// Indices that make an object allocate.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (;;) {
  const array = [];
  array[90_000] = 1;
  all.push(array, Object.assign({}, array));
}
