// Several completions due at once each get their own checkpoint.
const { setTimeout: sleep, setImmediate: immediate } = require('node:timers/promises');
const run = async (name, wait) => {
  await wait;
  console.log(name, 1);
  process.nextTick(() => console.log(name, 'tick'));
  await null;
  console.log(name, 2);
};
run('a', sleep(5));
run('b', sleep(5));
run('c', sleep(5));
for (const end = Date.now() + 20; Date.now() < end;);    // until all of them are due in one pass
