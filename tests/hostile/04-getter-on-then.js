// A getter on Promise.prototype.then is only asked where the standard asks it, never by the runtime itself.
const { then } = Promise.prototype;
let asked = 0;
Object.defineProperty(Promise.prototype, 'then', { configurable: true, get() { asked++; return then; } });
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('tick'));
setTimeout(() => console.log('timeout, asked', asked), 1);
const f = async () => { await null; console.log('async'); await f.done; };
f();
console.log('asked', asked);
Promise.reject(new Error('r'));
process.on('unhandledRejection', (error) => console.log('unhandled', error.message));
