// Several rejections of one drain are reported in the order of their rejection.
process.on('unhandledRejection', (reason) => {
  console.log('unhandled', reason);
  queueMicrotask(() => console.log('microtask after', reason));
});
for (const name of ['a', 'b', 'c']) Promise.reject(name);
