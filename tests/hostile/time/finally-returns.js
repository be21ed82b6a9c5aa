// `return`, `break` and `continue` in finally override what ends a try block, but not the stop.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function once() {
  for (;;) {
    try {
      for (;;) {}
    } finally {
      continue;
    }
  }
}
for (;;) {
  try { once(); } finally { break; }
}
for (;;) {}
