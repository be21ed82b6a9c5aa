// Each race leaves a reaction on a promise that never settles.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const never = new Promise(() => {});
(async () => { for (;;) await Promise.race([never, null]); })();
