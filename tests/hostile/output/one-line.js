// One line longer than all the output that is allowed.
// outcome: limit output
// policy: {"cpu_time":"10s"}
console.log('x'.repeat(2 << 20));
for (;;) {}
