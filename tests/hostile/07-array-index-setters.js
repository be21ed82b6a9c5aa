// Setters for indices on Array.prototype and Object.prototype see nothing of what the runtime stores.
let seen = 0;
void console; // loaded before: the inspector uses plain arrays and degrades to a note about itself
for (const holder of [Array.prototype, Object.prototype])
  for (let i = 0; i < 4; i++)
    Object.defineProperty(holder, i, { configurable: true, get() { return undefined; }, set() { seen++; } });
setTimeout((a, b, c) => console.log('timeout', a, b, c), 200, 'A', 'B', 'C');
setTimeout(() => console.log('later'), 210);
setTimeout(() => console.log('last', seen), 220);
setImmediate((a, b) => console.log('immediate', a, b), 'A', 'B');
process.nextTick((a, b, c) => console.log('tick', a, b, c), 1, 2, 3);
queueMicrotask(() => console.log('microtask'));
Promise.reject('r');
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
process.on('uncaughtException', (error) => console.log('uncaught', error));
