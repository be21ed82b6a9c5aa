// Two thousand classes, each of which extends the last.
// outcome: output
// policy: {"cpu_time":"10s"}
let last = class { value = 1; };
for (let i = 0; i < 2000; i++) last = class extends last { constructor() { super(); } method() { return super.method?.(); } };
for (const attempt of [() => new last(), () => last.prototype.method(), () => Object.create(last.prototype) instanceof Map, () => Reflect.construct(last, [])]) {
  try { attempt(); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
}
console.log('done');
