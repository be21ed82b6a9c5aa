// A throw in a timer callback: it is reported, then the checkpoint follows, then the next timer. The program goes on and ends with code 1.
// flags: --profile=web
'use strict';
addEventListener('error', (event) => {
  console.log('error event:', event.message);
  if (event.message.endsWith('prevented')) event.preventDefault();
  queueMicrotask(() => console.log('  microtask of the listener'));
});
addEventListener('error', () => console.log('  second listener'));
const start = performance.now();
while (performance.now() - start < 20);
setTimeout(() => {
  queueMicrotask(() => console.log('  microtask of the timer'));
  throw new Error('prevented');
}, 0);
setTimeout(() => {
  console.log('next timer');
  Promise.resolve().then(() => { console.log('  its promise job'); });
  throw 'a text';
}, 0);
let runs = 0;
const interval = setInterval(() => {
  if (++runs === 2) clearInterval(interval);
  throw new Error(`interval ${runs}, prevented`); // an interval that throws goes on
}, 50);
