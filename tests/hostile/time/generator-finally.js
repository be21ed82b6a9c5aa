// Leaving the loop runs the generator's finally block, which does not end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function* never() {
  try { yield 1; } finally { for (;;) {} }
}
for (const _ of never()) break;
