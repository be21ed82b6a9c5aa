// Work cut into pieces that each stay far below the limit, one of which at last does not.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
// before: 300ms
let pieces = 0;
const timer = setInterval(() => {
  for (const end = performance.now() + 15; performance.now() < end;);
  if (++pieces < 5) return;
  clearInterval(timer);
  for (;;) {}
}, 20);
