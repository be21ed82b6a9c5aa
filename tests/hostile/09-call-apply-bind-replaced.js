// Function.prototype.call, apply and bind throw.
const fail = () => { throw new Error('hijacked'); };
Function.prototype.call = Function.prototype.apply = Function.prototype.bind = fail;
Reflect.apply = fail;
setTimeout((a, b) => console.log('timeout', a, b), 50, 1, 2);
setImmediate((a) => console.log('immediate', a), 1);
process.nextTick((a, b) => console.log('tick', a, b), 1, 2);
process.once('exit', (code) => console.log('exit', code));
console.log('%s', 'log');
console.table([{ a: 1 }]);
