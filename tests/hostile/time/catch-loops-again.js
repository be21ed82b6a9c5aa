// A stopped script must not be able to catch the stop.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) {
  try {
    for (;;) {}
  } catch {
    continue;
  }
}
