// A little in each of many promise jobs.
// outcome: limit output
// policy: {"cpu_time":"10s"}
(async () => { for (;;) { console.log('x'.repeat(1000)); await null; } })();
