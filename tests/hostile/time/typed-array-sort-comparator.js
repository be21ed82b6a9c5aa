// A typed array's comparator that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
new Uint8Array(10).sort(() => { for (;;) {} });
