// Object.defineProperties reads descriptors from a proxy.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Object.defineProperties({}, new Proxy({ a: 1 }, { getOwnPropertyDescriptor() { for (;;) {} } }));
