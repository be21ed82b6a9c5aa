// Set.prototype.forEach walks inside the engine; the set always gets another value.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const set = new Set([0]);
set.forEach((value) => { set.delete(value); set.add(value + 1); });
