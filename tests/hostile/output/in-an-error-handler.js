// Output for each of many errors.
// outcome: limit output
// policy: {"cpu_time":"10s"}
process.on('uncaughtException', (error) => console.log(error.stack, 'x'.repeat(10_000)));
setInterval(() => { throw new Error('again'); }, 1);
