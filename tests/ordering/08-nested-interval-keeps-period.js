// Timers armed deep inside other timers keep their own delay.
let depth = 0;
const delays = [];
(function deeper() {
  const handle = setTimeout(deeper, 1);
  delays.push(handle._idleTimeout);
  if (++depth === 12) {
    clearTimeout(handle);
    console.log(delays.join(' '));
  }
})();
