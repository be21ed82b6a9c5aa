// A callback of replace that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
'aaa'.replace(/a/g, () => { for (;;) {} });
