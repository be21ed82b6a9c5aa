// Contexts that follow asynchronous work belong to the program that made them.
// outcome: output
console.log(typeof AsyncContext, typeof AsyncLocalStorage);
for (const name of ['async_hooks', 'node:async_hooks']) {
  try {
    const { AsyncLocalStorage, executionAsyncResource } = require(name);
    const storage = new AsyncLocalStorage();
    storage.run('mine', () => setTimeout(() => { if (storage.getStore() !== 'mine') console.log('other'); }, 1));
    if (executionAsyncResource?.()?.constructor?.constructor?.('return 1')) console.log('made');
  } catch (error) {
    if (error.code !== 'ERR_DENIED' && error.name !== 'EvalError') console.log(error);
  }
}
