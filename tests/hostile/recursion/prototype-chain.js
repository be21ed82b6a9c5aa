// A chain of prototypes a hundred thousand long: some ways to follow it need a stack.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let object = { last: 'found' };
for (let i = 0; i < 100_000; i++) object = Object.create(object);
for (const attempt of [() => object.last === 'found', () => object.none === undefined, () => !('none' in object), () => !(object instanceof Map), () => { object.none = 1; return true; },
  () => { for (const key in object) if (key === 'last') return true; }, () => Object.prototype.isPrototypeOf(object), () => Reflect.get(object, 'last') === 'found']) {
  try { if (!attempt()) console.log(String(attempt)); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
}
console.log('done');
