// A generator that answers return() by yielding once more, forever.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function* stubborn() {
  for (;;) {
    try { yield 1; } finally { continue; }
  }
}
const generator = stubborn();
generator.next();
for (;;) generator.return();
