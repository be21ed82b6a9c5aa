// Promise.race of an iterable without an end, which waits for a promise that never settles.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const never = new Promise(() => {});
Promise.race({ [Symbol.iterator]: () => ({ next: () => ({ value: never, done: false }) }) });
