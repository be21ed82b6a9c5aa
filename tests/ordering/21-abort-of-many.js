// Many who wait for one abort, of different kinds and made in mixed order: the order in which they learn of it.
const { once, on } = require('node:events');
const { setTimeout: wait, setInterval: every, scheduler } = require('node:timers/promises');
const { aborted } = require('node:util');
const controller = new AbortController();
const { signal } = controller;
const waiting = {
  wait: () => wait(1000, null, { signal }),
  once: () => once(new EventTarget(), 'x', { signal }),
  every: () => every(1000, null, { signal }).next(),
  on: () => on(new EventTarget(), 'x', { signal }).next(),
  scheduler: () => scheduler.wait(1000, { signal }),
  aborted: () => aborted(signal, controller),
};
for (const round of [1, 2]) {
  for (const [label, start] of Object.entries(waiting))
    start().then(() => console.log(label, round, 'fulfilled'), (error) => console.log(label, round, error.code));
}
setImmediate(() => {
  Promise.resolve().then(() => console.log('promise before'));
  controller.abort();
  Promise.resolve().then(() => console.log('promise after'));
  process.nextTick(() => console.log('tick'));
});
