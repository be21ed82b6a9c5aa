// Without a listener: the report of every uncaught error, on standard error; the program goes on.
// flags: --profile=web
// stderr: compare
'use strict';
Error.stackTraceLimit = 0;
setTimeout(() => { throw 'thrown'; }, 0);
setTimeout(() => { Promise.reject({ a: 1 }); }, 20);
setTimeout(() => reportError(Object.assign(new RangeError('given'), { stack: 'RangeError: given' })), 40);
setTimeout(() => console.log('goes on'), 60);
