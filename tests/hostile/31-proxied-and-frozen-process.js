// Freezing what can be frozen does not stop the loop.
for (const object of [process, globalThis.console, Promise, Promise.prototype, Array.prototype, Object.prototype, Function.prototype, setTimeout])
  Object.freeze(object);
setTimeout(() => console.log('timeout'), 200);
process.nextTick(() => console.log('tick'));
Promise.resolve().then(() => console.log('promise'));
setImmediate(() => console.log('immediate'));
