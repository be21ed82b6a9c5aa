// Ticks and microtasks can hold off timers for as long as they queue themselves.
const end = Date.now() + 60;
let spins = 0;
setTimeout(() => console.log('timer, after the ticks gave up'), 1);
process.nextTick(function again() {
  spins++;
  if (Date.now() < end) process.nextTick(again);
  else console.log('many ticks:', spins > 10);
});
