// Constructors, fields, static blocks and defaults that make what they belong to.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
class A { constructor() { new A(); } }
class B { field = new B(); }
class C extends A { constructor() { super(new C()); } }
const d = (value = d()) => value;
function e() { return new e(); }
class F { static make() { return class extends F.make() {}; } }
for (const attempt of [() => new A(), () => new B(), () => new C(), () => d(), () => new e(), () => F.make(), () => Reflect.construct(A, [], C)]) {
  try { attempt(); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
}
