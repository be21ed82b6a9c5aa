// A chain of promise jobs goes on before a tick that its first link queued.
Promise.resolve()
  .then(() => { console.log('then 1'); process.nextTick(() => console.log('tick')); })
  .then(() => console.log('then 2'))
  .then(() => console.log('then 3'))
  .finally(() => console.log('finally'));
