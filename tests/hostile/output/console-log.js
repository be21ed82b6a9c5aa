// Lines without an end.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) console.log('the same line, over and over, until somebody stops it');
