// Generators that delegate to generators that end at once, without an end.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
function* nothing() {}
function* all() { for (;;) yield* nothing(); }
all().next();
