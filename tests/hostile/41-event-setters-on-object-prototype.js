// Setters and getters on Object.prototype for every name that an implementation might use for itself.
const names = ['type', 'target', 'callback', 'listener', 'listeners', 'handler', 'next', 'previous', 'prev', 'first', 'head', 'tail',
  'last', 'list', 'others', 'count', 'captures', 'walkers', 'number', 'removed', 'once', 'passive', 'capture', 'persistent', 'signal', 'undoSignal',
  'limit', 'warned', 'onChange', 'onAborted', 'algorithms', 'dependents', 'sources', 'listening', 'weak', 'strong', 'source', 'timer',
  'deadline', 'reason', 'bubbles', 'cancelable', 'composed', 'detail', 'name', 'message', 'code', 'cause', '0', '1', '2'];
for (const name of names) {
  Object.defineProperty(Object.prototype, name, {
    configurable: true, get() { return undefined; }, set() { console.log('the setter of', name, 'was called'); },
  });
}
const target = new EventTarget();
const controller = new AbortController();
const log = [];
const note = (value) => Object.defineProperty(log, log.length, { value, enumerable: true, configurable: true, writable: true });
for (let i = 0; i < 3; i++) {
  target.addEventListener('x', () => note(`x${i}`), Object.assign(Object.create(null), { signal: controller.signal, once: i === 1 }));
  target.addEventListener(`type ${i}`, () => note(`t${i}`));
}
target.dispatchEvent(new Event('x'));
const any = AbortSignal.any([controller.signal, AbortSignal.timeout(10000), AbortSignal.any([controller.signal])]);
any.onabort = () => note(`any ${any.reason.name}`);
controller.abort();
target.dispatchEvent(new Event('x'));
for (let i = 0; i < 3; i++) target.dispatchEvent(new CustomEvent(`type ${i}`));
note(require('node:events').getEventListeners(target, 'type 1').length);
console.log(`${log}`);
