// A chain of prototypes without an end: `instanceof` follows it inside the engine, where no script runs but a trap.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const circle = new Proxy({}, { getPrototypeOf: () => circle });
function Kind() {}
circle instanceof Kind;
