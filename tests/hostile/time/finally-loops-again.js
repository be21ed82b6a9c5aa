// `finally` must not run when the script is stopped: this one would loop again, and again in its own finally.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function busy() {
  try {
    for (;;) {}
  } finally {
    busy();
  }
}
busy();
