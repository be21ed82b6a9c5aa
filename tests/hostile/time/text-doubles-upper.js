// The same with functions that make another text of it.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"400ms","cpu_time":"400ms"}
for (;;) {
  let text = 'xyä'.repeat(1 << 20);
  for (let i = 0; i < 7; i++) text += text;
  text.toUpperCase();
  text.normalize('NFD');
  text.split('x');
}
