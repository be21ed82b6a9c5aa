// What listeners return is asked for `then` in a way that nothing can break.
process.on('uncaughtException', (error) => console.log('uncaught', error.name ?? error));
const target = new EventTarget();
const { then } = Promise.prototype;
for (const result of [
  Promise.reject('rejected'),
  { then: (a, reject) => { reject('one'); reject('two'); throw 'three'; } },
  { get then() { throw 'getter'; } },
  new Proxy({}, { get() { throw 'trap'; } }),
  { then: (a, reject) => { target.dispatchEvent(new Event('y')); reject('after y'); } },
  { then: class {} },
  Object.assign(() => {}, { then: 'no function' }),
  Symbol('x'), 5n, 'then', true,
]) target.addEventListener('x', () => result);
target.addEventListener('y', () => { throw 'y'; });
target.addEventListener('x', () => console.log('last'));
Promise.prototype.then = function(...args) { console.log('then of the program'); return Reflect.apply(then, this, args); };
console.log(target.dispatchEvent(new Event('x')));
