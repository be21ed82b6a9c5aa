// Two calls at each level, a hundred levels deep.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function branch(depth) { return depth === 0 ? 1 : branch(depth - 1) + branch(depth - 1); }
branch(100);
