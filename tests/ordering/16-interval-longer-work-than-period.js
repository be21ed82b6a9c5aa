// Work longer than the period: one firing per loop turn, immediates in between.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
let n = 0;
const handle = setInterval(() => {
  console.log('fire', ++n);
  setImmediate(() => console.log('immediate', n));
  busy(30);
  if (n === 3) clearInterval(handle);
}, 10);
