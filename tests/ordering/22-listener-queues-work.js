// Work queued by an unhandledRejection listener drains, new rejections are decided again.
let n = 0;
process.on('unhandledRejection', (reason) => {
  console.log('unhandled', reason);
  process.nextTick(() => console.log('  tick of', reason));
  queueMicrotask(() => console.log('  microtask of', reason));
  if (n++ < 2) Promise.reject(`again ${n}`);
});
Promise.reject('first');
setImmediate(() => console.log('immediate'));
