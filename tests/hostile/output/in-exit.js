// Output while the program ends.
// outcome: limit output
// policy: {"cpu_time":"10s"}
process.on('exit', () => { for (;;) console.log('still here'); });
