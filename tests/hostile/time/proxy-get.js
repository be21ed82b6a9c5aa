// A proxy's get trap that asks the proxy again, in a loop.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const proxy = new Proxy({}, { get: (target, key) => { for (let i = 0;; i++) target[i % 10] = key; } });
String(proxy.anything);
