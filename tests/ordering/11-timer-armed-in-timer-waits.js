// A timer armed inside a timer callback never fires in the same pass, even when it is already due.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
setTimeout(() => {
  console.log('A');
  setTimeout(() => console.log('C, armed by A'), 0);
  setImmediate(() => console.log('immediate, armed by A'));
  busy(20);
}, 1);
setTimeout(() => { console.log('B'); busy(20); }, 1);
busy(20);
