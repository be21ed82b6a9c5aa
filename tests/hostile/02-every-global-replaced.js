// Every own property of the global object is replaced by a function that throws.
const { setTimeout, setImmediate, queueMicrotask, process, console, Promise, Reflect } = globalThis;
const trap = function trap() { throw 'a replaced global was called'; };
for (const key of Reflect.ownKeys(globalThis)) {
  try { Reflect.defineProperty(globalThis, key, { value: trap, writable: true, configurable: true }); } catch { /* not configurable */ }
}
console.log('map', [1, 'two', { three: null }]);
console.error;
setTimeout(() => console.log('timeout'), 200);
setImmediate(() => console.log('immediate'));
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
process.on('uncaughtException', (error) => console.log('uncaught', error));
setTimeout(() => { throw 'from a timer'; }, 210);
setTimeout(() => process.emitWarning('careful', 'ReplacedWarning'), 220);
process.on('warning', (warning) => console.log(warning.name, warning.message));
