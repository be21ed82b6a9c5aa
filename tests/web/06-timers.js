// Timers by HTML: WebIDL delays, numbers as handles, `this`, extra arguments, no compiled text.
// flags: --profile=web
'use strict';
const first = setTimeout(() => {}, 0);
const second = setInterval(() => {}, 100);
console.log('handles are positive integers, each its own:', Number.isInteger(first), first > 0, second > first);
clearTimeout(second); // the two clear functions are one
clearInterval(String(first)); // a WebIDL long: text is converted
clearTimeout();
clearTimeout(NaN);
clearTimeout(-1);
clearTimeout({});
for (const id of [Symbol('id'), 1n]) try { clearTimeout(id); } catch (error) { console.log('clear:', error.name); }

console.log('lengths:', setTimeout.length, setInterval.length, clearTimeout.length, clearInterval.length);
for (const handler of ['console.log("compiled")', undefined, null, {}, 42]) {
  try { setTimeout(handler, 0); } catch (error) { console.log(error.name, error.message); }
}
try { setInterval(); } catch (error) { console.log(error.name, 'without arguments'); }
for (const delay of [Symbol('delay'), 1n]) try { setTimeout(() => {}, delay); } catch (error) { console.log('delay:', error.name); }
try { setTimeout.call({}, () => {}); } catch (error) { console.log('receiver:', error.name, error.code); }
try { new setTimeout(() => {}); } catch (error) { console.log('constructor:', error.name); }

// Each of these waits 0 ms, except what its name says.
const order = [];
const note = (name) => () => { order.push(name); };
setTimeout(note('300 ms'), 300);
setTimeout(note('200 ms'), 200.9); // truncated
setTimeout(note('100 ms'), { valueOf: () => '100' });
setTimeout(note('negative'), -100);
setTimeout(note('NaN'), NaN);
setTimeout(note('text'), 'soon');
setTimeout(note('infinity'), Infinity);
setTimeout(note('2^32'), 2 ** 32);
setTimeout(note('2^31'), 2 ** 31); // the long wraps around to a negative number
setTimeout(note('undefined'), undefined);
setTimeout(note('absent'));
setTimeout(() => {
  console.log(order.join(', '));
  startInterval();
}, 400);

setTimeout(function (...args) { console.log('this:', this === globalThis, args.join(' ')); }, 0, 'a', 'b', 'c');
let runs = 0;
function startInterval() {
  const interval = setInterval(function (word) {
    console.log('interval:', this === globalThis, word, ++runs);
    if (runs === 3) clearInterval(interval);
  }, 0, 'again');
}
const cleared = setTimeout(() => console.log('never'), 50);
setTimeout(() => clearTimeout(cleared), 1);
