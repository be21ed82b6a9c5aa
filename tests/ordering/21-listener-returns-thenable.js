// Anything with a `then` counts as a promise, which is asked before the next listener runs.
process.on('uncaughtException', (error) => console.log('uncaught', error.message));
const target = new EventTarget();
target.addEventListener('x', () => ({
  then(resolved, rejected) {
    console.log('then', typeof resolved, typeof rejected);
    rejected(new Error('from then'));
  },
}));
target.addEventListener('x', () => ({ get then() { throw new Error('from the getter'); } }));
target.addEventListener('x', () => ({ then: 5 }));
target.addEventListener('x', () => 'text');
target.addEventListener('x', () => console.log('last'));
console.log('returned', target.dispatchEvent(new Event('x')));
