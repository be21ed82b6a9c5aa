// Function.prototype.call, apply and bind throw.
const fail = () => { throw new Error('hijacked'); };
Function.prototype.call = Function.prototype.apply = Function.prototype.bind = fail;
Reflect.apply = fail;
setImmediate((a) => {
  console.log('immediate', a);
  setTimeout((b, c) => console.log('timeout', b, c), 1, 1, 2);
}, 1);
process.nextTick((a, b) => console.log('tick', a, b), 1, 2);
process.once('exit', (code) => console.log('exit', code));
console.log('%s', 'log');
console.table([{ a: 1 }]);
