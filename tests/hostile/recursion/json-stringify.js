// Values nested five thousand times, to be made texts.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
let array = [];
let object = {};
for (let i = 0; i < 5000; i++) {
  array = [array];
  object = { object };
}
for (const value of [array, object]) {
  for (const make of [() => JSON.stringify(value), () => JSON.stringify(value, (key, value) => value), () => JSON.stringify({ toJSON: () => value })]) {
    try { make(); } catch (error) { if (!(error instanceof RangeError)) console.log(error); }
  }
}
console.log('done');
