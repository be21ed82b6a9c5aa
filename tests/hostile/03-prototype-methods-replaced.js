// Every method on the prototypes of the language is replaced by one that throws, after the program kept what it needs itself.
const { Reflect, console, process, Promise, setTimeout, setImmediate, queueMicrotask } = globalThis;
const then = Promise.prototype.then;
const apply = Reflect.apply;
console.log('ready');
const holders = [Array, Boolean, Date, Error, Map, Number, RegExp, Set, String, Symbol, WeakMap, WeakRef, WeakSet, Promise, Function, Object];
const prototypes = [];
for (let i = 0; i < holders.length; i++) prototypes[i] = holders[i].prototype;
const { defineProperty, ownKeys, getOwnPropertyDescriptor } = Reflect;
for (let i = 0; i < prototypes.length; i++) {
  const keys = ownKeys(prototypes[i]);
  for (let j = 0; j < keys.length; j++) {
    const descriptor = getOwnPropertyDescriptor(prototypes[i], keys[j]);
    if (!descriptor.configurable || typeof descriptor.value !== 'function' || keys[j] === 'constructor') continue;
    defineProperty(prototypes[i], keys[j], { __proto__: null, value() { throw 'a replaced method was called'; }, writable: true, configurable: true });
  }
}
console.log('log', [1, 2, [3]], { a: { b: 'c' } }, 'text', 12, true, null, undefined);
console.log('%s is %d and %o', 'x', 4, { y: 1 });
setTimeout((a, b) => console.log('timeout', a, b), 200, 'A', 'B');
setImmediate((a) => console.log('immediate', a), 'A');
queueMicrotask(() => console.log('microtask'));
process.nextTick((a, b) => console.log('tick', a, b), 1, 2);
apply(then, Promise.resolve('value'), [(value) => console.log('promise', value)]);
(async () => { await null; console.log('async function'); })();
process.on('uncaughtException', (error) => console.log('uncaught', error));
setTimeout(() => { throw 'thrown'; }, 210);
process.on('exit', (code) => console.log('exit', code));
