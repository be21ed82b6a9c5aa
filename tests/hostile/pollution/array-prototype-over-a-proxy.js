// Between arrays and objects stands a proxy that answers everything.
// outcome: output
const { log } = console;
let asked = 0;
Object.setPrototypeOf(Array.prototype, new Proxy(Object.prototype, {
  get(target, key, receiver) { asked++; return Reflect.get(target, key, receiver); },
  has() { asked++; return true; },
  set() { asked++; return true; },
}));
setTimeout((a) => log('timer', a), 1, 'one');
process.nextTick((a) => log('tick', a), 'one');
queueMicrotask(() => log('microtask'));
const target = new EventTarget();
target.addEventListener('x', () => log('event'));
target.dispatchEvent(new Event('x'));
log(new URL('http://example.org/?a=1').search, structuredClone([[1]]).length);
