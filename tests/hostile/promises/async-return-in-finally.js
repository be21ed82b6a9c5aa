// An asynchronous function that awaits in finally, over and over.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
(async () => {
  for (;;) {
    try { await Promise.reject(1); } catch { continue; } finally { await null; }
  }
})();
