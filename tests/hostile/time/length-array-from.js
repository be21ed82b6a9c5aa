// Array.from believes a length, and its constructor keeps nothing.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Array.from.call(function () { return new Proxy({}, { defineProperty: () => true, set: () => true }); }, { length: 2 ** 53 - 1 });
