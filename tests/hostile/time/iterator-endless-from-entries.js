// Object.fromEntries with one key for ever.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const entry = ['key', 2];
Object.fromEntries({ [Symbol.iterator]: () => ({ next: () => ({ value: entry, done: false }) }) });
