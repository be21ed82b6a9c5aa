// Wrong options reject the promise with a coded error.
const { setTimeout: sleep, setImmediate: immediate } = require('node:timers/promises');
(async () => {
  for (const attempt of [() => sleep(1, null, 5), () => sleep(1, null, { ref: 'yes' }), () => sleep(1, null, { signal: {} }),
    () => immediate(null, 5), () => sleep('abc')]) {
    try {
      console.log('resolved', await attempt());
    } catch (error) {
      console.log(error.name, error.code);
    }
  }
})();
