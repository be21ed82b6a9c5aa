// The same by catch.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function deep() { try { deep(); } catch { deep(); } }
deep();
