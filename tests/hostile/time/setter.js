// A setter that does not return, called by a built-in.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const target = { set value(_) { for (;;) {} } };
Object.assign(target, { value: 1 });
