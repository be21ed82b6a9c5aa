// Promise, its methods and its constructor property replaced: what the host waits for goes on.
// outcome: output
const { log } = console;
const own = Promise;
Promise.prototype.then = () => { throw new Error('mine'); };
Object.defineProperty(Promise.prototype, 'constructor', { get() { throw new Error('mine'); } });
Promise.resolve = Promise.reject = () => { throw new Error('mine'); };
globalThis.Promise = class {};
queueMicrotask(() => log('microtask'));
setTimeout(() => log('timer'), 1);
import('node:fs');
process.on('unhandledRejection', (reason) => log('unhandled', reason.code));
