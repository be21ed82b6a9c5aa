// A proxy of an array says that it is as long as can be; a built-in asks it for each index.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms","array_length":0}
const array = new Proxy([], { get: (target, key) => (key === 'length' ? 2 ** 53 - 1 : 0), has: () => true });
Array.prototype.lastIndexOf.call(array, 1);
