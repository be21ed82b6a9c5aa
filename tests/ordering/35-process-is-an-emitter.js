// process is an EventEmitter: once, off, emit, listenerCount, order.
const EventEmitter = require('node:events');
console.log(process instanceof EventEmitter);
const listener = () => console.log('never');
process.on('custom', listener);
process.once('custom', (value) => console.log('once', value));
process.on('custom', (value) => console.log('on', value));
process.off('custom', listener);
console.log(process.listenerCount('custom'), process.emit('custom', 1), process.emit('custom', 2), process.emit('none'));
