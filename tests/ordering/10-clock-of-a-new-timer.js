// A new timer counts from the refreshed clock at its call, not from the start of the loop turn.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
setTimeout(() => {
  setTimeout(() => console.log('armed before the work, 300 ms'), 300);
  busy(250);
  setTimeout(() => console.log('armed after the work, 200 ms'), 200);
}, 1);
