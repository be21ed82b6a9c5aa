// A proxy of a proxy, half a million deep, with and without traps.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let plain = {};
let trapped = {};
for (let i = 0; i < 500_000; i++) {
  plain = new Proxy(plain, {});
  trapped = new Proxy(trapped, { get: Reflect.get, has: Reflect.has, ownKeys: Reflect.ownKeys });
}
for (const proxy of [plain, trapped]) {
  for (const attempt of [() => proxy.x, () => 'x' in proxy, () => { proxy.x = 1; }, () => delete proxy.x, () => Object.keys(proxy), () => Object.getPrototypeOf(proxy),
    () => Object.preventExtensions(proxy), () => Array.isArray(proxy), () => Object.prototype.toString.call(proxy), () => proxy instanceof Map]) {
    try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
  }
}
