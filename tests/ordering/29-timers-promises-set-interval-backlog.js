// Beats that pass while the loop body works are delivered afterwards, each once.
const { setInterval: every, setTimeout: sleep } = require('node:timers/promises');
(async () => {
  const iterator = every(20, 'x')[Symbol.asyncIterator]();
  console.log((await iterator.next()).value);
  await sleep(400);
  let immediateRan = false;
  setImmediate(() => { immediateRan = true; });
  for (let i = 0; i < 3; i++) console.log((await iterator.next()).value, immediateRan);
  console.log(JSON.stringify(await iterator.return()), JSON.stringify(await iterator.next()));
})();
