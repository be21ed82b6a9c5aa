// The stream itself, without the console.
// outcome: limit output
// policy: {"cpu_time":"10s"}
for (;;) process.stdout.write('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx');
