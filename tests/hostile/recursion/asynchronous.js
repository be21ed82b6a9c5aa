// Asynchronous recursion has no stack, but the first part of each call has.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
process.on('unhandledRejection', () => {}); // where the stack ends, a call may fail before it awaits the one that has failed
async function deep(n) { return n === 0 ? 0 : (await deep(n - 1)) + 1; }
async function shallow(n) { await null; return n === 0 ? 0 : (await shallow(n - 1)) + 1; }
(async () => {
  try { await deep(1_000_000); console.log('ended'); } catch (error) { console.log(error instanceof RangeError); }
  console.log(await shallow(20_000));
})();
