// A set made of one value, given for ever: it does not grow.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
new Set({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
