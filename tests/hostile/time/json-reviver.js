// A reviver that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
JSON.parse('[1]', () => { for (;;) {} });
