// Listeners that throw in timer callbacks: each error waits for the checkpoint that follows its callback.
process.on('uncaughtException', (error) => console.log('uncaught', error));
const target = new EventTarget();
target.addEventListener('x', ({ detail }) => { throw detail; });
for (const label of ['a', 'b']) {
  setTimeout(() => {
    process.nextTick(() => console.log('tick before', label));
    target.dispatchEvent(new CustomEvent('x', { detail: label }));
    queueMicrotask(() => console.log('microtask', label));
    console.log('timer', label);
  }, 1);
}
for (const end = Date.now() + 20; Date.now() < end;);    // until both are due in one pass
