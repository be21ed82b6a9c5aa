// lastIndex that is set back for ever.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const regexp = /a/g;
while (regexp.exec('aaa')) regexp.lastIndex = 0;
