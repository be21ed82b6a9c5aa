// The stack ends in each kind of callback; each error is told, and the loop goes on.
// outcome: output
// policy: {"heap":"512MiB","cpu_time":"10s"}
function deep() { return deep() + 1; }
let told = 0;
process.on('uncaughtException', (error) => { if (error instanceof RangeError) told++; });
process.on('unhandledRejection', (error) => { if (error instanceof RangeError) told++; });
setTimeout(deep, 1);
setImmediate(deep);
process.nextTick(deep);
queueMicrotask(deep);
(async () => deep())();
Promise.resolve().then(deep);
const target = new EventTarget();
target.addEventListener('x', deep);
target.dispatchEvent(new Event('x'));
new Promise(deep);
let turns = 0;
const interval = setInterval(() => { if (++turns === 3) clearInterval(interval); deep(); }, 1);
process.on('exit', () => console.log(told));
