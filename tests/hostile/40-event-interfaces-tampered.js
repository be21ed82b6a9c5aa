// Every member of Event, EventTarget and AbortSignal that a program can replace throws; dispatch and abort look at none of them.
const { once, getEventListeners, listenerCount, addAbortListener } = require('node:events');
const timers = require('node:timers/promises');
const add = EventTarget.prototype.addEventListener;
const { dispatchEvent } = EventTarget.prototype;
const { abort } = AbortController.prototype;
const { get: reason } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'reason');
const { any, timeout } = AbortSignal;
const controller = new AbortController();
const { signal } = controller;
const boom = () => { throw new Error('a replaced member was called'); };
for (const { prototype } of [Event, CustomEvent, EventTarget, AbortSignal, AbortController, DOMException]) {
  for (const key of Reflect.ownKeys(prototype)) {
    const { configurable, get } = Object.getOwnPropertyDescriptor(prototype, key);
    if (configurable && key !== 'constructor')
      Object.defineProperty(prototype, key, get ? { get: boom, set: boom } : { value: boom });
  }
}
for (const key of ['aborted', 'reason', 'addEventListener', 'removeEventListener', 'onabort'])
  Object.defineProperty(signal, key, { get: boom });
const listen = (target, type, f, options) => Reflect.apply(add, target, [type, f, options]);

const target = new EventTarget();
listen(target, 'x', () => console.log('listener'), { once: true });
listen(target, 'x', () => console.log('until the abort'), { signal });
console.log('dispatched', Reflect.apply(dispatchEvent, target, [new Event('x')]));
listen(any([signal]), 'abort', () => console.log('any'));
addAbortListener(signal, () => console.log('abort listener'));
timers.setTimeout(1000, null, { signal }).catch((error) => console.log('timer', error.name, error.cause));
once(process, 'never', { signal }).catch((error) => console.log('once', error.name, error.cause));
console.log('aborted', Reflect.apply(abort, controller, ['why']), Reflect.apply(reason, signal, []));
console.log('dispatched', Reflect.apply(dispatchEvent, target, [new Event('x')]));
console.log(listenerCount(target, 'x'), getEventListeners(signal, 'abort').length);
const late = timeout(5);
listen(late, 'abort', () => console.log('timeout', Reflect.apply(reason, late, []) instanceof DOMException));
setTimeout(() => console.log('end'), 50);
