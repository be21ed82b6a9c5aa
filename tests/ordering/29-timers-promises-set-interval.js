// timers/promises setInterval is an async iterator; leaving the loop stops it.
const { setInterval: every } = require('node:timers/promises');
(async () => {
  let n = 0;
  for await (const value of every(5, 'beat')) {
    console.log(value, ++n);
    if (n === 3) break;
  }
  console.log('left');
})();
process.on('exit', () => console.log('exit'));
