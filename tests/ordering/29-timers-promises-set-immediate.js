// timers/promises setImmediate resolves with its value inside the immediates phase.
const { setImmediate: immediate } = require('node:timers/promises');
setImmediate(() => { console.log('plain 1'); process.nextTick(() => console.log('tick 1')); });
immediate('promised').then(console.log);
setImmediate(() => console.log('plain 2'));
