// Stacks without a limit, without a number, and with a getter for it, while the host makes errors of its own.
// outcome: output
for (const limit of [Infinity, -1, NaN, 'many', { valueOf() { throw new Error('asked'); } }, 1e9]) {
  Error.stackTraceLimit = limit;
  try { require('node:fs'); } catch (error) { console.log(error.code); }
}
delete Error.stackTraceLimit;
Object.defineProperty(Error, 'stackTraceLimit', { get() { throw new Error('asked'); } });
try { require('node:fs'); } catch (error) { console.log(error.code); }
