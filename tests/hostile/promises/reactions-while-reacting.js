// A reaction that adds reactions to its own promise, for ever.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const promise = Promise.resolve();
promise.then(function again() { promise.then(again); });
