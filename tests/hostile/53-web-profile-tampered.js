// The profile web after the program has replaced what its built-ins could be reached by: globals, prototypes, setters for indices.
// flags: --profile=web
// stderr: compare
const { console, setTimeout, setInterval, clearInterval, addEventListener, reportError, Promise, Reflect, queueMicrotask } = globalThis;
const { log } = console;
const trap = function trap() { throw 'a replaced function was called'; };
const { ownKeys, defineProperty, getOwnPropertyDescriptor } = Reflect;
const holders = [Map.prototype, Set.prototype, WeakMap.prototype, EventTarget.prototype, Event.prototype, ErrorEvent.prototype,
  PromiseRejectionEvent.prototype, Array.prototype, Function.prototype, Promise.prototype, Number.prototype, String.prototype];
const names = [0, 1, 2, 'callback', 'cancelable', 'reason', 'then', 'handleEvent', 'message', 'error', 'level', 'told'];
for (let i = 0; i < holders.length; i++) {
  const keys = ownKeys(holders[i]);
  for (let j = 0; j < keys.length; j++) {
    if (keys[j] === 'constructor' || typeof getOwnPropertyDescriptor(holders[i], keys[j]).value !== 'function') continue;
    defineProperty(holders[i], keys[j], { value: trap, writable: true, configurable: true });
  }
}
const globals = ownKeys(globalThis);
for (let i = 0; i < globals.length; i++) {
  if (globals[i] === 'onerror') continue; // used below
  try { defineProperty(globalThis, globals[i], { value: trap, writable: true, configurable: true }); } catch { /* fixed */ }
}
for (let i = 0; i < names.length; i++) defineProperty(Object.prototype, names[i], { get: trap, set: trap, configurable: true });

let runs = 0;
addEventListener('error', (event) => { log('event'); });
onerror = (message, filename, lineno, colno, error) => {
  log('onerror', message, error);
  return error !== 'reported';
};
addEventListener('unhandledrejection', () => { log('rejection'); });
setTimeout((a, b) => { log('timer', a, b); throw 'from a timer'; }, 0, 1, 2);
const interval = setInterval(() => {
  log('interval', ++runs);
  if (runs < 2) return;
  clearInterval(interval);
  setTimeout(() => { reportError('reported'); }, 0);
  setTimeout(() => { Promise.reject('refused'); }, 1);
}, 40);
queueMicrotask(() => { throw 'from a microtask'; });
