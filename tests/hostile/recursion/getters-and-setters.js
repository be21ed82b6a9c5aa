// Accessors that read and write themselves.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
const object = { get a() { return this.a; }, set b(value) { this.b = value; } };
for (const attempt of [() => object.a, () => { object.b = 1; }, () => Reflect.get(object, 'a'), () => ({ ...object }), () => JSON.stringify(object), () => structuredClone(object)]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
