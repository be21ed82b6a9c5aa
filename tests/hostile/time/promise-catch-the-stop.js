// The handlers of a promise must not see the stop of what they wait for.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
(async () => {
  for (;;) {
    try { await (async () => { for (;;) {} })(); } catch { continue; } finally { for (;;) {} }
  }
})();
