// A chain of due timers gives each loop turn its immediates.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
let n = 0;
function link() {
  console.log('timer', ++n);
  if (n === 4) return;
  setTimeout(link, 1);
  setImmediate(() => console.log('immediate', n));
  busy(5);
}
setTimeout(link, 1);
