// A built-in of the host's reads options; the getter of one does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
new EventTarget().addEventListener('x', () => {}, { get once() { for (;;) {} } });
