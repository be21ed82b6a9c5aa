// The limit on processor time, where the one on wall time is far away.
// outcome: limit cpu_time
// policy: {"wall_time":"5s","cpu_time":"200ms"}
for (;;) {}
