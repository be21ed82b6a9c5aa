// A value that prints itself while it is printed, for as long as there is a stack.
// outcome: limit wall_time|cpu_time|heap|output
// policy: {"wall_time":"200ms","cpu_time":"200ms"}
const value = { [Symbol.for('nodejs.util.inspect.custom')]: (depth, options, format) => ({ next: format ? format(value, options) : value }) };
for (;;) {
  try { console.assert(false, value); } catch (error) { if (!(error instanceof RangeError)) throw error; }
}
