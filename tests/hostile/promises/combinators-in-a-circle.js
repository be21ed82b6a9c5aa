// All of what waits for all of them.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let last = Promise.resolve();
(function next() { last = Promise.all([last, last, Promise.any([last]), Promise.allSettled([last])]); last.then(next); })();
