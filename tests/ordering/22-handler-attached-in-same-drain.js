// A handler attached anywhere in the same drain counts: script, tick, microtask, nested.
process.on('unhandledRejection', (reason) => console.log('never', reason));
const sync = Promise.reject('sync');
sync.catch((reason) => console.log('handled', reason));
const tick = Promise.reject('tick');
process.nextTick(() => tick.catch((reason) => console.log('handled', reason)));
const microtask = Promise.reject('microtask');
queueMicrotask(() => microtask.catch((reason) => console.log('handled', reason)));
const deep = Promise.reject('deep');
queueMicrotask(() => process.nextTick(() => queueMicrotask(() => process.nextTick(() => {
  deep.catch((reason) => console.log('handled', reason));
}))));
