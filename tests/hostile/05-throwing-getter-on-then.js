// Even a getter that throws does not stop the runtime's own queues.
Object.defineProperty(Promise.prototype, 'then', { configurable: true, get() { throw new Error('then was read'); } });
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
setImmediate(() => console.log('immediate'));
(async () => { await 1; console.log('await of a value'); await Promise.resolve(2); console.log('await of a promise'); })();
try { Promise.resolve().then(() => {}); } catch (error) { console.log(error.message); }
