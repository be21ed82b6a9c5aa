// From a timer as well: the remaining microtasks run before the next timer.
process.on('uncaughtException', (error) => console.log('caught', error.message));
setTimeout(() => {
  queueMicrotask(() => { process.nextTick(() => console.log('tick')); throw new Error('one'); });
  queueMicrotask(() => console.log('microtask 2'));
}, 5);
setTimeout(() => console.log('timer 2'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
