// A checkpoint alternates between ticks and microtasks until both queues are empty, before any macrotask.
setImmediate(() => console.log('immediate, at last'));
let depth = 0;
function tick() {
  console.log(`tick ${depth}`);
  queueMicrotask(microtask);
}
function microtask() {
  console.log(`microtask ${depth}`);
  if (++depth < 5) process.nextTick(tick);
}
process.nextTick(tick);
