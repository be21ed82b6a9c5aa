// The interfaces are loaded at their first use, here after what they might need was replaced and array iteration poisoned.
const { log } = console;
const iterator = Symbol.iterator;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys } = Reflect;
const boom = () => { throw new Error('hijacked'); };
const holders = [Object, Reflect, Symbol, Math, JSON, Object.getPrototypeOf([][iterator]())];
const classes = [Array, Map, Set, WeakMap, WeakRef, FinalizationRegistry, Promise, Function, String, Error, TypeError, Number];
for (let i = 0; i < classes.length; i++) holders[holders.length] = classes[i].prototype;
for (let i = 0; i < classes.length; i++) holders[holders.length] = classes[i];
for (let i = 0; i < holders.length; i++) {
  const keys = ownKeys(holders[i]);
  for (let k = 0; k < keys.length; k++) {
    const { configurable, value } = getOwnPropertyDescriptor(holders[i], keys[k]);
    if (configurable && typeof value === 'function' && keys[k] !== 'constructor') defineProperty(holders[i], keys[k], { value: boom });
  }
}
const names = ['Object', 'Array', 'Map', 'Set', 'WeakMap', 'WeakRef', 'FinalizationRegistry', 'Promise', 'Reflect', 'Symbol', 'Error',
  'TypeError', 'Float64Array', 'queueMicrotask', 'setTimeout', 'clearTimeout'];
for (let i = 0; i < names.length; i++) defineProperty(globalThis, names[i], { value: boom });

const target = new EventTarget();
const controller = new AbortController();
target.addEventListener('x', { handleEvent: (event) => log('x', event.type, event.detail) }, { signal: controller.signal });
target.addEventListener('y', () => { throw 'thrown'; });
target.addEventListener('z', () => log('z'), { once: true });
process.on('uncaughtException', (error) => log('uncaught', error));
target.dispatchEvent(new CustomEvent('x', { detail: 1 }));
target.dispatchEvent(new Event('y'));
target.dispatchEvent(new Event('z'));
try {
  AbortSignal.any([controller.signal]);
} catch (error) {
  log('any', error.name); // WebIDL asks the array for its iterator, and that is what the program put there
}
let yielded = 0;
const any = AbortSignal.any({ [iterator]: () => ({ next: () => ({ done: yielded++ > 0, value: controller.signal }) }) });
any.onabort = () => log('any', any.reason.name);
controller.signal.onabort = () => log('abort', controller.signal.reason.code);
controller.abort();
log(target.dispatchEvent(new Event('x')), new DOMException('m', 'DataCloneError').code);
const alive = setInterval(() => {}, 1000);
AbortSignal.timeout(5).onabort = () => { log('timeout'); clearInterval(alive); };
