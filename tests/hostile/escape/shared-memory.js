// Memory shared with other threads, and clocks made of it, by any way to make it.
// outcome: output
const routes = {
  name: () => new SharedArrayBuffer(8),
  wait: () => Atomics.wait(new Int32Array(8), 0, 0),
  waitAsync: () => Atomics.waitAsync(new Int32Array(8), 0, 0),
  memory: () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer.constructor,
  tag: () => structuredClone(new Int32Array(1)).buffer.constructor === ArrayBuffer && undefined.x,
  typedArrays: () => Object.getOwnPropertyNames(globalThis).map((name) => globalThis[name]?.name).find((name) => /Shared/.test(name)).x,
};
for (const [route, take] of Object.entries(routes)) {
  try {
    console.log(route, take());
  } catch (error) {
    console.log(route, error.name);
  }
}
