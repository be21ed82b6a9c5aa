// reportError(): an event at once; what is thrown while errors are told makes no further event; microtasks and the script itself report, too.
// flags: --profile=web
'use strict';
addEventListener('error', (event) => {
  console.log('event:', event.message, event.error, event.isTrusted, event instanceof ErrorEvent);
  event.preventDefault();
});
console.log('before', reportError.length);
reportError('value');
reportError(undefined);
reportError({});
console.log('after');
try { reportError(); } catch (error) { console.log(error.name); }
queueMicrotask(() => { throw 'from a microtask'; });
queueMicrotask(() => console.log('next microtask'));
setTimeout(() => {
  addEventListener('error', () => { throw new Error('goes straight to the report'); }, { once: true });
  reportError('outer');
  console.log('one event for two errors');
}, 1);
throw 'from the script';
