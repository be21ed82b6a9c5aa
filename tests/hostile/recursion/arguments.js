// More arguments than a stack can hold, by every way to pass them.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const many = new Array(4_000_000).fill(1);
for (const attempt of [() => Math.max(...many), () => Math.max.apply(null, many), () => Reflect.apply(Math.max, null, many), () => Reflect.construct(Array, many), () => new Array(...many),
  () => [].push(...many), () => String.fromCharCode.apply(null, many), () => Math.max.bind(null, ...many)(), () => ((...all) => all.length)(...many), () => Math.max.apply(null, { length: 2 ** 32 })]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
