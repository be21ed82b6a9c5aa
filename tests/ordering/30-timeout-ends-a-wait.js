// What a timeout ends is over: the program goes on as soon as it fires.
const { setTimeout: wait } = require('node:timers/promises');
(async () => {
  try {
    await wait(60000, null, { signal: AbortSignal.timeout(5) });
  } catch (error) {
    console.log(error.name, error.code, error.cause.name, error.cause.code);
  }
  process.nextTick(() => console.log('tick'));
  await null;
  console.log('end');
})();
