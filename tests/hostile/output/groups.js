// Groups that are never closed: each line is longer than the one before it.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) { console.group(); console.log('x'); }
