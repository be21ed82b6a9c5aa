// A list of what to transfer without an end.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
structuredClone(1, { transfer: { *[Symbol.iterator]() { for (;;) yield new ArrayBuffer(0); } } });
