// A listener of a timeout throws: uncaught in the checkpoint after it; the next due timer comes before the jobs that were left.
process.on('uncaughtException', (error) => console.log('uncaught', error));
const signal = AbortSignal.timeout(5);
signal.onabort = () => { throw 'thrown'; };
signal.addEventListener('abort', () => { console.log('listener'); queueMicrotask(() => console.log('microtask')); });
setTimeout(() => console.log('timer'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until both are due in one pass
