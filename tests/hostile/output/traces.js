// Traces with a deep stack.
// outcome: limit output
// policy: {"cpu_time":"10s"}
Error.stackTraceLimit = 200;
function deep(n) { if (n) deep(n - 1); else for (;;) console.trace('here'); }
deep(200);
