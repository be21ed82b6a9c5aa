// The next start of an interval is the previous start plus the period: work inside is not added.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
const start = Date.now();
let n = 0;
const handle = setInterval(() => {
  console.log('fire', ++n, 'near', Math.round((Date.now() - start) / 300) * 300);
  if (n === 4) clearInterval(handle);
  busy(120);
}, 300);
