// How many workers there may be, how much may wait for one, and what keeps the program alive.
'use strict';
const assert = require('node:assert');

const code = (text) => `data:,${encodeURIComponent(text)}`;
const waiting = [];

/// A worker, as soon as there is room for it: the thread of one that was terminated may still be at its end.
async function make(text) {
  for (;;) {
    try {
      return new Worker(code(text));
    } catch (error) {
      assert.strictEqual(error.name, 'QuotaExceededError');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

// Sixteen, those that workers make included.
async function number() {
  const nested = new Worker(code('const inner = new Worker("data:,onmessage = () => {}; postMessage(1)"); inner.onmessage = () => { inner.unref(); postMessage(2); onmessage = () => {}; }'));
  await new Promise((resolve) => { nested.onmessage = resolve; });
  waiting.push(nested);
  for (let i = 0; i < 14; i++) waiting.push(new Worker(code('onmessage = () => {}')));
  assert.throws(() => new Worker(code('')), { name: 'QuotaExceededError', message: /16.*workers_max/ });
  nested.terminate(); // and with it the one that it made
  for (const worker of waiting.splice(1, 5)) worker.terminate();
  waiting.push(await make('onmessage = () => {}'));
  for (const worker of waiting) worker.terminate();
}

// A worker that reads nothing: the sender is told at the bound.
async function queue() {
  const worker = await make('for (;;);');
  let accepted = 0;
  assert.throws(() => { for (;;) { worker.postMessage(0); accepted++; } }, { name: 'QuotaExceededError', message: /65536/ });
  assert.strictEqual(accepted, 65536);
  worker.terminate();
  const large = await make('for (;;);');
  const bytes = new Uint8Array(64 << 20);
  accepted = 0;
  assert.throws(() => { for (;;) { large.postMessage(bytes); accepted++; } }, { name: 'QuotaExceededError', message: /268435456/ });
  assert.strictEqual(accepted, 3);
  const { buffer } = bytes;
  assert.throws(() => large.postMessage(buffer, [buffer]), { name: 'QuotaExceededError' });
  assert.strictEqual(buffer.byteLength, 64 << 20); // nothing was transferred
  large.terminate();
}

(async () => {
  await number();
  await queue();
  const forgotten = await make('setInterval(() => {}, 1000)');
  forgotten.unref();
  forgotten.ref();
  forgotten.unref();
  console.log('workers.limits: ok');
})();
