// A map made of one entry, given for ever.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const entry = [1, 2];
new Map({ [Symbol.iterator]: () => ({ next: () => ({ value: entry, done: false }) }) });
