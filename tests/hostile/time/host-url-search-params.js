// Sorting and printing many parameters.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const params = new URLSearchParams('a=1&b=%41&'.repeat(50_000));
for (;;) { params.sort(); params.toString(); }
