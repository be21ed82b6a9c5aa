// process.exit() looks at its argument, and then at the code that the program has set.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const endless = new Proxy({}, { get() { for (;;) {} } });
try { process.exitCode = endless; } catch {}
try { process.exit(endless); } catch {}
for (;;) {}
