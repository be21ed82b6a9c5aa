// Texts that grow by concatenation only, beyond what one step may make.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
for (let i = 0;; i++) {
  let text = 'ab'.repeat(1 << 18);
  for (let k = 0; k < 5; k++) text = text.concat(text);
  all.push(JSON.stringify([text]));
}
