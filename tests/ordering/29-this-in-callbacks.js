// `this` in a timer callback is the handle.
const timeout = setTimeout(function () { console.log('timeout', this === timeout); }, 1);
let n = 0;
const interval = setInterval(function () {
  console.log('interval', this === interval);
  if (++n === 2) clearInterval(this);
}, 10);
process.nextTick(function () { 'use strict'; console.log('tick', this === undefined || this === process || typeof this); });
queueMicrotask(function () { 'use strict'; console.log('microtask', this); });
