// then() of a thenable does not return; a job of the engine's calls it.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Promise.resolve({ then() { for (;;) {} } });
