// Promise.prototype.constructor and Symbol.species are replaced: the runtime's own promises do not care.
let calls = 0;
Object.defineProperty(Promise, Symbol.species, { configurable: true, get() { calls++; throw new Error('species was read'); } });
Object.defineProperty(Promise.prototype, 'constructor', { configurable: true, get() { calls++; throw new Error('constructor was read'); } });
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
setTimeout(() => console.log('timeout, calls', calls), 1);
try { Promise.reject(1).then(() => {}); } catch (error) { console.log(error.message); }
process.on('unhandledRejection', (reason) => console.log('unhandled', reason));
