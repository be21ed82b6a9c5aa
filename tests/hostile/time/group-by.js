// Object.groupBy of an iterator without an end, all in one group.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Object.groupBy({ [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }, () => 'same');
