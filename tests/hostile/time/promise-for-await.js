// An asynchronous iterator that always has more.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
(async () => {
  for await (const _ of { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }) }) });
})();
