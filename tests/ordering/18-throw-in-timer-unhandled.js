// An unhandled throw in a timer ends the process with code 1; the next timer, ticks and microtasks do not run.
process.on('exit', (code) => console.log('exit', code));
setTimeout(() => {
  process.nextTick(() => console.log('never: tick'));
  queueMicrotask(() => console.log('never: microtask'));
  console.log('timer 1');
  throw new Error('one');
}, 5);
setTimeout(() => console.log('never: timer 2'), 5);
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
