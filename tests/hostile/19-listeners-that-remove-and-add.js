// Listeners that tamper with the listener list while an event is delivered.
function second() { console.log('second'); }
process.on('uncaughtException', function first() {
  console.log('first');
  process.removeListener('uncaughtException', second);
  process.on('uncaughtException', () => console.log('third'));
});
process.on('uncaughtException', second);
setTimeout(() => { throw 1; }, 1);
setTimeout(() => { process.removeAllListeners('uncaughtException'); process.once('uncaughtException', () => console.log('fourth')); throw 2; }, 2);
