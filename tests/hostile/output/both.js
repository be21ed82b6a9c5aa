// Both streams count together.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) { console.log('one line here'); console.error('and one there'); }
