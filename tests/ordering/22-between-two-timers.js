// The decision is made after each timer callback, before the next due timer.
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
setTimeout(() => { console.log('timer 1'); Promise.reject(1); }, 5);
setTimeout(() => { console.log('timer 2'); Promise.reject(2); }, 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
