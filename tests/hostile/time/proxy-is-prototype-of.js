// The same circle, followed by isPrototypeOf.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const circle = new Proxy({}, { getPrototypeOf: () => circle });
Map.prototype.isPrototypeOf(circle);
