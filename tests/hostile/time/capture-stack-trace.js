// Stacks of great length, captured again and again at great depth.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Error.stackTraceLimit = 1e9;
function deep(n) { if (n > 0) return deep(n - 1) + 1; for (;;) new Error('deep').stack; }
deep(5000);
