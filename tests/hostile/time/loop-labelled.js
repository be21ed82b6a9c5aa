// Loops left and entered by labels only.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
outer: for (;;) {
  inner: do {
    if (Math.random() < 0.5) continue outer;
    break inner;
  } while (true);
}
