// The same with indentation, which grows with the square of the depth.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let array = [];
for (let i = 0; i < 1_000_000; i++) array = [array];
for (;;) try { JSON.stringify(array, null, 10); } catch {}
