// A subclass whose then() does not return, called by Promise.prototype.catch and finally.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
class Endless extends Promise { then() { for (;;) {} } }
Endless.resolve(1).catch(() => {});
