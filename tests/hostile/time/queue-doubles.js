// Each microtask queues two: the queue grows without an end.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function next() {
  queueMicrotask(next);
  queueMicrotask(next);
}
next();
