// The third turn of an interval does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let turn = 0;
setInterval(() => { while (turn >= 2) {} turn++; }, 1);
