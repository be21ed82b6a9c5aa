// A function bound two hundred thousand times, made an object of: the square of that is work inside the engine.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let bound = function () { return 1; };
for (let i = 0; i < 200_000; i++) bound = bound.bind(null);
for (;;) try { new bound(); } catch {}
