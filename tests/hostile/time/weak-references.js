// Weak references and registrations made without an end.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const registry = new FinalizationRegistry(() => { for (;;) {} });
for (;;) {
  const object = {};
  registry.register(object, 1);
  new WeakRef(object);
}
