// A checkpoint is never capped: 1000 rounds of tick and microtask end before the next timer.
let ticks = 0;
let microtasks = 0;
setTimeout(() => console.log(`timer sees ${ticks} ticks and ${microtasks} microtasks`), 0);
const ping = () => { ticks++; queueMicrotask(pong); };
const pong = () => { microtasks++; if (ticks < 1000) process.nextTick(ping); };
process.nextTick(ping);
