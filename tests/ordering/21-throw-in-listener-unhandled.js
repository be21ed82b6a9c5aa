// Nobody handles it: the rest of this turn still runs, then the program ends with code 1.
const target = new EventTarget();
target.addEventListener('x', () => { throw new Error('thrown'); });
target.addEventListener('x', () => console.log('second'));
process.on('exit', (code) => console.log('exit', code));
process.nextTick(() => console.log('tick before'));
target.dispatchEvent(new Event('x'));
console.log('returned');
process.nextTick(() => console.log('never'));
setImmediate(() => console.log('never'));
