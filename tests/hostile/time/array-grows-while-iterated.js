// An array that grows by what is read of it.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const array = [1];
for (const value of array) array.push(value);
