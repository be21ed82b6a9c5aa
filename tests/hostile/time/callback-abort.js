// The loop stands in a listener of an abort signal.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
AbortSignal.timeout(1).addEventListener('abort', () => { for (;;) {} });
setTimeout(() => {}, 100);
