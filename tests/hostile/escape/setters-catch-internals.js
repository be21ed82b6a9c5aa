// Setters on prototypes that would be given objects of the host's own, when its code writes to an array or an object.
// outcome: output
const caught = [];
const keys = ['0', '1', 'value', 'callback', 'listener', 'list', 'next', 'previous', 'head', 'tail', 'handler', 'timer', 'signal', 'once', 'id'];
for (const prototype of [Object.prototype, Array.prototype]) {
  for (const key of keys) {
    Object.defineProperty(prototype, key, { __proto__: null, configurable: true, set(value) { caught.push([key, typeof value]); }, get() { return undefined; } });
  }
}
setTimeout(() => {}, 1);
setImmediate(() => {});
process.nextTick(() => {});
queueMicrotask(() => {});
const target = new EventTarget();
target.addEventListener('x', () => {});
target.dispatchEvent(new Event('x'));
AbortSignal.any([AbortSignal.abort()]);
structuredClone({ a: [1, { b: 2 }] });
new URL('http://example.org/?a=1').searchParams.append('b', '2');
process.on('exit', () => {});
try { require('node:fs'); } catch {}
try { eval('1'); } catch {}
setTimeout(() => {
  for (const prototype of [Object.prototype, Array.prototype]) for (const key of keys) delete prototype[key];
  console.log(caught.length);
}, 5);
