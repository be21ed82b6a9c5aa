// The checkpoint also stands between timers of different durations that are due in one pass.
const busy = (ms) => { const end = Date.now() + ms; while (Date.now() < end); };
const arm = (name, delay) => setTimeout(() => {
  console.log(name);
  queueMicrotask(() => console.log(`  microtask ${name}`));
  process.nextTick(() => console.log(`  tick ${name}`));
}, delay);
arm('first list', 5);
arm('second list', 105);
arm('first list again', 5);
busy(250);
