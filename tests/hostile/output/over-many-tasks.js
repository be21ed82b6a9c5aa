// A little in each of many tasks.
// outcome: limit output
// policy: {"cpu_time":"10s"}
setInterval(() => console.log('x'.repeat(50_000)), 1);
