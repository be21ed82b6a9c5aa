// Loading a CommonJS module is one synchronous call: nothing drains between it and its caller.
process.nextTick(() => console.log('tick of main'));
queueMicrotask(() => console.log('microtask of main'));
console.log('before require');
require('./fixtures/schedules.js');
console.log('after require');
