// The option ref: false gives a promise that does not hold the loop.
const { setTimeout: sleep, setImmediate: immediate } = require('node:timers/promises');
sleep(5000, null, { ref: false }).then(() => console.log('never'));
sleep(500, 'held', { ref: true }).then(console.log);
immediate('immediate').then(console.log);
process.on('exit', () => console.log('exit'));
