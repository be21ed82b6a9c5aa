// Missed periods are not made up by a burst: after a long block there is one firing, then the beat goes on.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
const log = [];
let last = Date.now();
let n = 0;
const handle = setInterval(() => {
  const now = Date.now();
  log.push(now - last >= 50 ? 'apart' : 'burst');
  last = now;
  if (++n === 4) {
    clearInterval(handle);
    console.log(log.join(' '));
  }
}, 100);
setTimeout(() => { busy(450); }, 10);
