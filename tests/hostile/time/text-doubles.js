// A text that doubles to half a gigabyte without being there, until somebody looks into it.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"400ms","cpu_time":"400ms"}
for (;;) {
  let text = 'xy'.repeat(1 << 20);
  for (let i = 0; i < 8; i++) text += text;
  text.charCodeAt(5);
}
