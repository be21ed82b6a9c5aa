// The limit on wall time, where the one on processor time is far away.
// outcome: limit wall_time
// policy: {"wall_time":"200ms","cpu_time":"5s"}
for (;;) {}
