// A text of JSON that holds itself twice.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
let value = { text: 'x'.repeat(1000) };
const all = [];
for (;;) {
  value = JSON.parse(JSON.stringify([value, value]));
  all.push(value);
  if (all.length % 12 === 0) value = { text: 'x'.repeat(1000) };
}
