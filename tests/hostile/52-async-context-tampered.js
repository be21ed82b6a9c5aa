// AsyncLocalStorage when the program has replaced what it could be made of, before and after its first use.
const log = console.log;
const trap = (name) => function() { log('reached', name); };
const { then } = Promise.prototype;
for (const key of ['bind', 'call', 'apply']) Function.prototype[key] = trap(`Function.prototype.${key}`);
for (const key of ['push', 'map', 'indexOf', 'slice', 'concat']) Array.prototype[key] = trap(`Array.prototype.${key}`);
for (const key of ['get', 'set', 'has']) Map.prototype[key] = WeakMap.prototype[key] = trap(`Map.prototype.${key}`);
for (const key of ['0', '1', '2', 'id', 'entries', 'native', 'frame'])
  Object.defineProperty(Object.prototype, key, { set: trap(`a setter of ${key}`), get: trap(`a getter of ${key}`), configurable: true });
Array.prototype[Symbol.iterator] = trap('an iterator of arrays');
Object.is = Reflect.apply = Reflect.construct = trap('Object.is');

const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const store = new AsyncLocalStorage();
const other = new AsyncLocalStorage();
const show = (label) => log(label, store.getStore(), other.getStore());
const bound = store.run('bound', () => AsyncResource.bind(() => show('bound')));

async function work(name) {
  await null;
  show(`after await ${name}`);
  try {
    await new Promise((resolve, reject) => setTimeout(reject, 300));
  } catch {
    show(`caught ${name}`);
  }
}
store.run(1, () => {
  other.run(2, () => {
    show('both');
    setImmediate(() => show('immediate'));
    process.nextTick(() => show('tick'));
    queueMicrotask(() => show('microtask'));
  });
  work('first');
});
show('outside');
bound();

// A then() that is gone, and one that lies.
setTimeout(() => {
  Promise.prototype.then = trap('then');
  store.run(3, () => work('second'));
  setTimeout(() => {
    Promise.prototype.then = then;
    store.run(4, () => work('third'));
  }, 600);
}, 600);
