// Emitting an event or calling a function never drains: the stack has to be empty first.
const EventEmitter = require('node:events');
const emitter = new EventEmitter();
emitter.on('go', () => { process.nextTick(() => console.log('tick')); console.log('listener 1'); });
emitter.on('go', () => { queueMicrotask(() => console.log('microtask')); console.log('listener 2'); });
setImmediate(() => {
  emitter.emit('go');
  console.log('after emit');
});
