// A text that doubles, and is looked into so that it exists as a whole.
// outcome: limit heap
// policy: {"heap":"48MiB","cpu_time":"10s"}
const all = [];
let text = 'x'.repeat(1000);
for (;;) {
  text += text;
  if (text.length > 4e6) { all.push(text); text = 'y'.repeat(1000 + all.length); }
  text.charCodeAt(text.length >> 1);
}
