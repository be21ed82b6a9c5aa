// The loop stands in an immediate; others would follow.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
setImmediate(() => { for (;;) {} });
setImmediate(() => console.log('this must not run'));
