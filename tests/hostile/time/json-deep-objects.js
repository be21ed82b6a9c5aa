// Objects nested a million times: the engine takes seconds to find out that they are too deep.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let object = {};
for (let i = 0; i < 200_000; i++) object = { object };
for (;;) try { JSON.stringify(object); } catch {}
