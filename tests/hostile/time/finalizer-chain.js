// A finalizer whose promise jobs never end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"300ms","cpu_time":"300ms"}
// before: 5s
const registry = new FinalizationRegistry(() => { (async () => { for (;;) await null; })(); });
function make() { for (let i = 0; i < 2000; i++) registry.register({ i }, i); }
make();
setInterval(() => { for (let i = 0; i < 20; i++) new Array(10_000).fill(i); }, 1);
