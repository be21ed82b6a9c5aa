// Ticks that queue microtasks that queue promise jobs that queue ticks.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function tick() { queueMicrotask(micro); }
function micro() { Promise.resolve().then(job); }
function job() { process.nextTick(tick); }
tick();
