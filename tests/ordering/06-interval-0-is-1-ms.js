// An interval of 0 has a period of 1 ms: it repeats and lets immediates through.
let fired = 0;
let immediates = 0;
(function spin() { immediates++; if (fired < 5) setImmediate(spin); })();
const handle = setInterval(() => {
  if (++fired === 5) {
    clearInterval(handle);
    console.log('fired', fired, 'immediates ran between:', immediates >= 5);
  }
}, 0);
console.log('period', handle._idleTimeout, handle._repeat);
