// A listener of warnings that does not return.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
process.on('warning', () => { for (;;) {} });
process.emitWarning('look');
