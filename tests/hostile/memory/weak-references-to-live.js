// Registrations for objects that are kept.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const registry = new FinalizationRegistry(() => {});
const all = [];
for (let i = 0;; i++) {
  const object = { i };
  registry.register(object, { held: i }, object);
  all.push(object, new WeakRef(object));
}
