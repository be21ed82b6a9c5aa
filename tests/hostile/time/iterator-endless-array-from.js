// Array.from takes whatever an iterator gives.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.from({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
