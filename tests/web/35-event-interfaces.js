// ErrorEvent and PromiseRejectionEvent as programs make them.
// flags: --profile=web
'use strict';
const read = ({ message, filename, lineno, colno, error, cancelable, isTrusted }) =>
  console.log([message, filename, lineno, colno, error, cancelable, isTrusted].map(String).join('|'));
read(new ErrorEvent('error'));
read(new ErrorEvent('error', { message: 1, filename: '\ud800', lineno: -1, colno: 2.9, error: null, cancelable: true }));
read(new ErrorEvent('error', { lineno: 2 ** 32 + 3, colno: 'x' }));
const promise = Promise.resolve();
const event = new PromiseRejectionEvent('unhandledrejection', { promise, reason: 7 });
console.log(event.promise === promise, event.reason, new PromiseRejectionEvent('x', { promise: {} }).reason);
const attempts = [
  () => new ErrorEvent(), () => ErrorEvent('error'), () => new ErrorEvent('error', 5), () => new ErrorEvent('error', { lineno: 1n }),
  () => new ErrorEvent('error', { message: Symbol('s') }), () => new PromiseRejectionEvent('x'), () => new PromiseRejectionEvent('x', {}),
  () => new PromiseRejectionEvent('x', { promise: 1 }), () => new PromiseRejectionEvent('x', null),
  () => ErrorEvent.prototype.message, () => Reflect.get(PromiseRejectionEvent.prototype, 'promise', event && new Event('x')),
];
console.log(attempts.map((attempt) => {
  try { return attempt(), 'nothing thrown'; } catch (error) { return error.name; }
}).join());
console.log(String(event), Object.keys(ErrorEvent.prototype).join(), Object.keys(PromiseRejectionEvent.prototype).join());
console.log(ErrorEvent.length, PromiseRejectionEvent.length, Object.getPrototypeOf(ErrorEvent) === Event);
const order = [];
const spy = (names) => Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get() { order.push(name); } }])));
new ErrorEvent('error', spy(['message', 'lineno', 'filename', 'error', 'colno', 'composed', 'cancelable', 'bubbles']));
console.log(order.join());
