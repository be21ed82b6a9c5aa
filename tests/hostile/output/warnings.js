// Warnings are printed by the host, in the program's name.
// outcome: limit output
// policy: {"cpu_time":"10s"}
(function next(i) {
  process.emitWarning('warning ' + 'x'.repeat(2000), 'Warning', 'CODE' + i);
  process.nextTick(next, i + 1);
})(0);
