// Object.prototype.then makes every object a thenable; the runtime's own bookkeeping does not become one.
let calls = 0;
Object.prototype.then = function (resolve) { calls++; resolve('hijacked'); };
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
(async () => console.log('await of a number', await 1))();
(async () => console.log('await of an object', await {}))();
setTimeout(() => console.log('timeout', calls), 1);
