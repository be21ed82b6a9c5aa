// One array far beyond the heap, asked for in one step.
// outcome: limit heap|killed|wall_time|cpu_time
// policy: {"heap":"48MiB","wall_time":"1s","cpu_time":"1s"}
const array = [];
for (let i = 0; i < 2 ** 26; i++) array[i] = i * 1.5;
for (;;) array.push(array.length);
