// A handler of uncaught errors that arranges the next uncaught error, for ever, within one checkpoint.
// outcome: limit wall_time|cpu_time
// policy: {"wall_time":"200ms","cpu_time":"200ms","tasks":0}
process.on('uncaughtException', () => queueMicrotask(fail));
function fail() { throw new Error('again'); }
fail();
