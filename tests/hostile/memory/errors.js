// Errors with long stacks, each the cause of the next.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
Error.stackTraceLimit = 100;
let error;
function make(depth) { return depth ? make(depth - 1) : new Error('next', { cause: error }); }
for (;;) { error = make(100); error.stack; }
