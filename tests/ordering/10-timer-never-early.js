// A timer never fires before its delay has passed since the call, even after a long synchronous stretch.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
busy(30);
const start = process.hrtime.bigint();
setTimeout(() => {
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  console.log('at least 49 ms:', elapsed >= 49);
}, 50);
busy(20);
