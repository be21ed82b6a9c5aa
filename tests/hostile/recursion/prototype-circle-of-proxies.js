// A proxy that inherits from itself: a property that nobody has is looked for in a circle.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const target = {};
const proxy = new Proxy(target, {});
try { Object.setPrototypeOf(target, proxy); } catch (error) { console.log(error.name); }
for (const attempt of [() => proxy.x, () => 'x' in proxy, () => { proxy.x = 1; }]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
