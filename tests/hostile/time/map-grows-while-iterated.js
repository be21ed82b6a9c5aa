// An entry deleted and added again comes once more.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const map = new Map([[0, 0]]);
for (const [key] of map) { map.delete(key); map.set(key + 1, 0); }
