// Parsing long addresses.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const path = '/../a'.repeat(100_000);
for (;;) new URL('http://example.org' + path + '?' + 'ä=1&'.repeat(50_000)).href;
