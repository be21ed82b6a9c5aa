// An array that doubles by syntax.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
let array = [1, 2, 3];
for (;;) array = [...array, ...array];
