// Error.prepareStackTrace, where it is called, does not return; where it is not, the loop behind it is stopped.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
Error.prepareStackTrace = () => { for (;;) {} };
String(new Error('x').stack);
for (;;) {}
