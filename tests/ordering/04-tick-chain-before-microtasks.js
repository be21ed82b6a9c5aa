// Even a chain of 500 ticks, each queued by the one before, precedes a waiting microtask.
let count = 0;
queueMicrotask(() => console.log(`microtask after ${count} ticks`));
process.nextTick(function next() { if (++count < 500) process.nextTick(next); });
