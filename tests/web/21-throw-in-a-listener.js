// A throw in an EventTarget listener is reported at once, inside of dispatchEvent(), and the other listeners run. Return values are ignored.
// flags: --profile=web
'use strict';
addEventListener('error', (event) => {
  console.log('reported:', event.error.message ?? event.error);
  event.preventDefault();
});
const target = new EventTarget();
target.addEventListener('x', () => { throw new Error('first'); });
target.addEventListener('x', { handleEvent() { throw new Error('second'); } });
target.addEventListener('x', {});
target.addEventListener('x', { handleEvent: 'no function' });
target.addEventListener('x', async () => { throw new Error('of a promise'); });
target.addEventListener('x', () => ({ then() { console.log('never'); } }));
target.addEventListener('x', () => console.log('last'));
console.log(target.dispatchEvent(new Event('x')), 'dispatched');

// On the global object `this` and the event's target are that object.
addEventListener('own', function (event) {
  console.log(this === globalThis, event.target === globalThis, event.currentTarget === self, event.composedPath()[0] === self);
  event.preventDefault();
}, { once: true });
console.log(dispatchEvent(new Event('own', { cancelable: true })), self.dispatchEvent(new Event('own')));
const removed = () => console.log('never');
addEventListener('own', removed);
EventTarget.prototype.removeEventListener.call(undefined, 'own', removed);
globalThis.dispatchEvent(new Event('own'));
console.log(addEventListener === EventTarget.prototype.addEventListener);

const controller = new AbortController();
controller.signal.addEventListener('abort', () => { throw new Error('of abort'); });
controller.signal.onabort = () => console.log('onabort');
controller.abort();
console.log('aborted');
addEventListener('unhandledrejection', (event) => {
  console.log('rejection:', event.reason.message);
  event.preventDefault();
});
