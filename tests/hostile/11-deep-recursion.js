// Recursion without an end is a RangeError that can be caught in every kind of callback, and the loop goes on.
const deep = () => deep() + 1;
const attempt = (name) => {
  try { deep(); } catch (error) { console.log(name, error instanceof RangeError); }
};
attempt('script');
process.nextTick(() => attempt('tick'));
queueMicrotask(() => attempt('microtask'));
setImmediate(() => {
  attempt('immediate');
  setTimeout(() => attempt('timeout'), 1);
  setTimeout(deep, 50);
  setTimeout(() => console.log('end'), 60);
});
process.on('uncaughtException', (error) => console.log('uncaught', error instanceof RangeError));
