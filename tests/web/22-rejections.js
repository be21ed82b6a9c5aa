// Unhandled rejections: decided when the microtasks are done; an event with promise and reason; rejectionhandled for a handler that came late.
// flags: --profile=web
'use strict';
addEventListener('unhandledrejection', (event) => {
  const { promise, reason } = event;
  console.log('unhandled', reason, promise instanceof Promise, event.isTrusted, event.cancelable, event.target === globalThis);
  event.preventDefault();
  queueMicrotask(() => console.log('  microtask of a listener'));
  if (reason === 'seen to') promise.catch(() => {}); // in time: it is not handled late
  if (reason === 'one') other.catch(() => {}); // spares the other one its event
});
addEventListener('unhandledrejection', () => console.log('  second listener'));
onrejectionhandled = (event) => {
  console.log('handled late:', event.reason, event.promise === late, event.cancelable, event.type);
};
Promise.reject('in time').catch(() => {});
const soon = Promise.reject('in the same checkpoint');
queueMicrotask(() => queueMicrotask(() => soon.catch(() => {})));
const late = Promise.reject('late');
let other;
setTimeout(() => late.catch(() => {}), 20);
setTimeout(() => { Promise.reject('seen to'); }, 40);
setTimeout(() => {
  Promise.reject('one');
  other = Promise.reject('another one');
}, 60);
console.log('script');
