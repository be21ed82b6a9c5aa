// Object.prototype frozen, with names on it that the host's objects use.
// outcome: output
for (const key of ['name', 'message', 'stack', 'code', 'type', 'timeout', 'ref', 'length', 'done', 'value', 'get', 'set', 'signal', 'once', 'passive', 'transfer', 'cause']) {
  Object.defineProperty(Object.prototype, key, { __proto__: null, get() { throw new Error('asked for ' + key); }, set: undefined, configurable: false });
}
Object.freeze(Object.prototype);
setTimeout(() => console.log('timer'), 1);
const controller = new AbortController();
controller.signal.onabort = () => console.log('aborted');
controller.abort();
process.on('exit', (code) => console.log('exit', code));
console.log([1], new Map([[1, 2]]), structuredClone([new Date(0)])[0].getTime());
queueMicrotask(() => console.log('microtask'));
