// From an immediate, once 1 ms has passed, the timer fires before the next round of immediates.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
setImmediate(() => {
  setImmediate(() => console.log('immediate of the next round'));
  setTimeout(() => console.log('timer'), 0);
  busy(20);
  console.log('first immediate');
});
