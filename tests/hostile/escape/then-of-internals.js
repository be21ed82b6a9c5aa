// `then` on Object.prototype is asked whenever an object settles a promise: never an object of the host's own.
// outcome: output
const caught = [];
Object.defineProperty(Object.prototype, 'then', {
  configurable: true,
  get() {
    if (this !== mine) caught.push(Object.keys(this).join());
    return undefined;
  },
});
const mine = {};
(async () => {
  await mine;
  await new Promise((resolve) => { setTimeout(resolve, 1); });
  const signal = AbortSignal.timeout(1);
  await new Promise((resolve) => { signal.onabort = () => resolve(); setTimeout(() => {}, 10); });
  await import('node:fs').catch(() => {});
  delete Object.prototype.then;
  console.log(caught);
})();
