// A handled throw in an interval does not stop the interval.
process.on('uncaughtException', (error) => console.log('caught', error.message));
let n = 0;
const handle = setInterval(() => {
  if (++n === 3) clearInterval(handle);
  throw new Error(`fire ${n}`);
}, 5);
