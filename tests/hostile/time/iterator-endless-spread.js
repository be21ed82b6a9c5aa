// A spread into an argument list.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Math.max(...{ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
