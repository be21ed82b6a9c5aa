// console.assert prints what it is given.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) console.assert(false, 'x'.repeat(1000));
