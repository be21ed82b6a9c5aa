// Modules are loaded, linked and run after what that might need was replaced, and array iteration and Object.prototype poisoned.
'use strict';
const { log } = console;
const iterator = Symbol.iterator;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys } = Reflect;
const RealError = Error;
const boom = () => { throw new RealError('hijacked'); };
const holders = [Object, Reflect, Symbol, Math, JSON, Object.getPrototypeOf(function* () {}).prototype];
const classes = [Map, Set, WeakMap, WeakRef, Promise, Function, RegExp, Error, TypeError, Number, Uint8Array, Proxy];
for (let i = 0; i < classes.length; i++) if (classes[i].prototype) holders[holders.length] = classes[i].prototype;
for (let i = 0; i < classes.length; i++) holders[holders.length] = classes[i];
for (let i = 0; i < holders.length; i++) {
  const keys = ownKeys(holders[i]);
  for (let k = 0; k < keys.length; k++) {
    const { configurable, value } = getOwnPropertyDescriptor(holders[i], keys[k]);
    if (configurable && typeof value === 'function' && keys[k] !== 'constructor') defineProperty(holders[i], keys[k], { value: boom });
  }
}
for (const name of ['push', 'pop', 'map', 'forEach', 'join', 'sort', 'slice', 'includes', 'concat', 'filter', 'find', 'some', 'every', 'indexOf']) {
  defineProperty(Array.prototype, name, { value: boom });
}
for (const name of ['split', 'indexOf', 'startsWith', 'endsWith', 'replace', 'charCodeAt', 'includes', 'match', 'trim', 'at']) {
  defineProperty(String.prototype, name, { value: boom });
}
// Names that descriptions of modules and errors have, as a program might plant them.
for (const name of ['failure', 'error', 'cell', 'type', 'imports', 'get', 'set', 'v', 'n', 'then', 'with']) {
  defineProperty(Object.prototype, name, { __proto__: null, configurable: true, get: () => undefined, set() { throw new RealError(`set ${name}`); } });
}
defineProperty(Array.prototype, iterator, { __proto__: null, value: boom });
const names = ['Object', 'Array', 'Map', 'Set', 'Promise', 'Reflect', 'Symbol', 'Error', 'TypeError', 'JSON', 'Proxy', 'String', 'decodeURIComponent',
  'encodeURIComponent', 'queueMicrotask', 'setTimeout', 'setImmediate'];
for (let i = 0; i < names.length; i++) defineProperty(globalThis, names[i], { __proto__: null, value: boom });

(async () => {
  const counter = await import('./fixtures/counter.mjs');
  counter.other();
  log(counter.count, counter.named, counter.data.n);
  const other = await import('./fixtures/other.mjs');
  log(other.default, other.star, other.other === counter.other);
  log((await import('data:text/javascript,export default await 1')).default, (await import('data:text/javascript;base64,ZXhwb3J0IGRlZmF1bHQgMg==')).default);
  try {
    counter.count = 5;
  } catch (error) {
    log('assigned');
  }
  const specifiers = ['./fixtures/bad.mjs', './fixtures/unlinked.mjs', './fixtures/none.mjs', 'no-package', '#none', 'data:text/unknown,1'];
  for (let i = 0; i < specifiers.length; i++) {
    try {
      await import(specifiers[i]);
      log('never');
    } catch (error) {
      log(specifiers[i], error.code ?? error.name, error.message !== 'hijacked');
    }
  }
  log(require('./fixtures/stars.mjs').star);
})();
