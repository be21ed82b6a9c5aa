// scheduler.wait and scheduler.yield are promised timers and immediates.
const { scheduler } = require('node:timers/promises');
(async () => {
  setImmediate(() => console.log('immediate'));
  await scheduler.yield();
  console.log('after yield');
  await scheduler.wait(2);
  console.log('after wait');
})();
