// A host's constructor takes an iterable of pairs.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const pair = ['a', 'b'];
new URLSearchParams({ [Symbol.iterator]: () => ({ next: () => ({ value: pair, done: false }) }) });
