// Ropes that are flattened again and again.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
let text = '';
for (;;) {
  text += 'x'.repeat(1000);
  text.charCodeAt(text.length >> 1);
  if (text.length > 1 << 22) text = '';
}
