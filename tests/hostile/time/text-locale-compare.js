// Comparing long texts by the rules of a language.
// outcome: limit wall_time|cpu_time|heap
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const a = 'straße'.repeat(20_000);
const b = a + 'x';
for (;;) a.localeCompare(b, 'de', { sensitivity: 'base' });
