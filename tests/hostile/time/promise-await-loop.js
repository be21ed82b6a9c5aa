// `await` in a loop: each turn is short, the checkpoint is not.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
(async () => { for (;;) await null; })();
