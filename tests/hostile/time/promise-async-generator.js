// An asynchronous generator that always has more.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
async function* more() { for (let i = 0;; i++) yield i; }
(async () => { for await (const _ of more()); })();
