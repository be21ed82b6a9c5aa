// Functions inherit from a proxy: whatever a function does not have itself is asked there.
// outcome: output
const { log } = console;
Object.setPrototypeOf(Function.prototype, new Proxy({}, { get(target, key) { throw new Error('asked for ' + String(key)); }, has: () => true }));
setTimeout(() => log('timer'), 1);
process.nextTick(() => log('tick'));
queueMicrotask(() => log('microtask'));
process.on('exit', () => log('exit'));
const target = new EventTarget();
target.addEventListener('x', () => log('event'));
target.dispatchEvent(new Event('x'));
