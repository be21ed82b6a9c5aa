// A search that compares nearly everything at each place.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const text = 'a'.repeat(1 << 19);
const wanted = 'a'.repeat(1 << 18) + 'b';
for (;;) text.indexOf(wanted);
