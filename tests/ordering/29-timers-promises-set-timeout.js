// timers/promises setTimeout resolves with its value, after the delay, in order with plain timers.
const { setTimeout: sleep } = require('node:timers/promises');
(async () => {
  console.log(await sleep(1, 'value'), await sleep(1), await sleep());
  setTimeout(() => console.log('plain timer'), 20);
  await sleep(20);
  console.log('promised timer');
})();
