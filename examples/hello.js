// The order of things, in ten lines.
setTimeout(() => console.log('5. a timer, a tenth of a second later'), 100);
setImmediate(() => console.log('4. an immediate: this turn of the loop is over'));
Promise.resolve('3. a promise').then((text) => console.log(text));
process.nextTick(() => console.log('2. a tick: before any promise'));
console.log('1. the script itself');
