// Methods of the language replaced by ones that keep what they are called on, to get hold of the host's own arrays, maps and functions.
// outcome: output
const caught = [];
let watching = false;
const given = { a: [1, { b: 2 }], map: new Map([[1, 2]]) };
for (const kind of [Array, Map, Set, WeakMap, WeakSet, Function, Promise, String, RegExp, Object, FinalizationRegistry, WeakRef]) {
  for (const name of Object.getOwnPropertyNames(kind.prototype)) {
    const { value } = Object.getOwnPropertyDescriptor(kind.prototype, name);
    if (typeof value !== 'function' || name === 'constructor') continue;
    kind.prototype[name] = function (...values) {
      if (watching) {
        watching = false;
        caught[caught.length] = `${kind.name}.${name}`;
        watching = true;
      }
      return Reflect.apply(value, this, values);
    };
  }
}
const { log } = console;
watching = true;
setTimeout(() => {}, 1);
setImmediate(() => {});
process.nextTick(() => {});
const target = new EventTarget();
target.addEventListener('x', () => {});
target.dispatchEvent(new Event('x'));
AbortSignal.any([new AbortController().signal]);
structuredClone(given);
new URL('http://example.org/?a=1').searchParams.append('b', '2');
process.on('exit', () => {});
try { require('node:fs'); } catch {}
try { eval('1'); } catch {}
try { Function('1'); } catch {}
setTimeout(() => {
  watching = false;
  log(caught);
}, 5);
