// What stops a match must not be caught either.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// slow: regexp
for (;;) {
  try { /^(a+)+$/.test('a'.repeat(60) + '!'); } catch { continue; } finally { for (;;) {} }
}
