// A rest element in a pattern.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const [...all] = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) };
