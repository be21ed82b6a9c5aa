// A timeout of a signal stands among the timers of its duration, with a checkpoint after it.
setTimeout(() => { console.log('before'); queueMicrotask(() => console.log('microtask of before')); }, 10);
const signal = AbortSignal.timeout(10);
setTimeout(() => console.log('after', signal.aborted, signal.reason.name), 10);
setTimeout(() => console.log('end'), 30);
signal.addEventListener('abort', () => {
  console.log('abort', signal.reason.code);
  process.nextTick(() => console.log('tick of abort'));
  queueMicrotask(() => console.log('microtask of abort'));
});
