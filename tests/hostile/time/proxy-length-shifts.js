// The length is small when the host looks and large when the engine does.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let asked = 0;
const array = new Proxy([], { get: (target, key) => (key !== 'length' ? 0 : asked++ ? 2 ** 53 - 1 : 1), has: () => true, set: () => true });
for (;;) {
  asked = 0;
  Array.prototype.fill.call(array, 1);
}
