// A function bound two hundred thousand times.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let bound = function () { return 1; };
for (let i = 0; i < 200_000; i++) bound = bound.bind(null);
for (const attempt of [() => bound(), () => ({}) instanceof bound, () => Reflect.construct(Object, [], bound), () => bound.name.length > 0, () => String(bound).length > 0]) {
  try { attempt(); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
}
console.log('done');
