// An endless loop that gets compiled by every tier: it calls a function and has floating-point work.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let sum = 0;
function step(value) { return value * 1.0000001 + 0.5; }
while (true) sum = step(sum) % 1e9;
