// Promise.all of an iterable without an end.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Promise.all({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) });
