// Each level of the stack tries twice: when it ends, 2^n ways are left.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function deep() { try { deep(); } finally { deep(); } }
deep();
