// Traps that do what they trap.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const proxy = new Proxy({}, {
  get: (_, key) => proxy[key], set: (_, key, value) => { proxy[key] = value; }, has: (_, key) => key in proxy, deleteProperty: (_, key) => delete proxy[key],
  ownKeys: () => Reflect.ownKeys(proxy), getPrototypeOf: () => Object.getPrototypeOf(proxy), getOwnPropertyDescriptor: (_, key) => Object.getOwnPropertyDescriptor(proxy, key),
  defineProperty: (_, key, value) => Object.defineProperty(proxy, key, value), isExtensible: () => Object.isExtensible(proxy),
});
for (const attempt of [() => proxy.x, () => { proxy.x = 1; }, () => 'x' in proxy, () => delete proxy.x, () => Object.keys(proxy), () => Object.getPrototypeOf(proxy),
  () => Object.getOwnPropertyDescriptor(proxy, 'x'), () => Object.defineProperty(proxy, 'x', {}), () => Object.isExtensible(proxy), () => proxy instanceof Map]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
