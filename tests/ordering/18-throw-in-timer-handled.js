// A handled throw in a timer: the next due timer runs before ticks and microtasks drain.
process.on('uncaughtException', (error, origin) => console.log('caught', error.message, origin));
setTimeout(() => {
  console.log('timer 1');
  queueMicrotask(() => console.log('microtask of 1'));
  process.nextTick(() => console.log('tick of 1'));
  throw new Error('one');
}, 5);
setTimeout(() => {
  console.log('timer 2');
  queueMicrotask(() => console.log('microtask of 2'));
  process.nextTick(() => console.log('tick of 2'));
}, 5);
setTimeout(() => console.log('timer 3'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
