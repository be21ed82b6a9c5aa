// Every own property of the global object is deleted; what the program kept in variables goes on working.
const { setTimeout, setImmediate, setInterval, clearInterval, queueMicrotask, process, console, Promise, Reflect } = globalThis;
const { nextTick } = process;
const keys = Reflect.ownKeys(globalThis);
const refused = [];
const everything = globalThis;
for (const key of keys) if (!Reflect.deleteProperty(everything, key)) refused.push(`${key}`);
console.log('not deletable:', refused.sort().join(' '));
console.log(typeof setTimeout, { nested: { deep: [1, 2, { three: 3 }] } });
setTimeout((...args) => console.log('timeout', ...args), 200, 'a', 'b');
setImmediate(() => console.log('immediate'));
let count = 0;
const interval = setInterval(() => { console.log('interval', ++count); if (count === 2) clearInterval(interval); }, 210);
queueMicrotask(() => console.log('microtask'));
Promise.resolve('p').then((v) => console.log('promise', v));
(async () => { await null; console.log('async function'); })();
nextTick((a, b, c) => console.log('tick', a, b, c), 1, 2, 3);
Promise.reject(new RangeErrorLike());
function RangeErrorLike() { this.name = 'none'; }
process.on('unhandledRejection', (reason) => console.log('unhandled', reason.name));
process.on('exit', (code) => console.log('exit', code));
