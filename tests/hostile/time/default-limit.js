// The strict default, without a policy of its own: a second.
// outcome: limit wall_time|cpu_time
for (;;) {}
