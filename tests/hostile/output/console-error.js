// The same on standard error.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) console.error('the same line, over and over, until somebody stops it');
