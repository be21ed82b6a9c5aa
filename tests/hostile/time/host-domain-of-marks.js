// The same as the name of a host, which this host normalizes with a library of its own.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
for (;;) try { new URL('http://a' + '\u0323\u0307'.repeat(200_000) + '/'); } catch {}
