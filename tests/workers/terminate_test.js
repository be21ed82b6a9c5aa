// terminate() at any moment, from any state: nothing hangs, nothing is heard of the worker afterwards, and the program ends.
'use strict';
const assert = require('node:assert');

const busy = 'for (;;);';
const programs = [
  busy, 'setInterval(() => {}, 1)', 'onmessage = () => {}', 'for (;;) postMessage(new Uint8Array(1000))', 'postMessage(1)', '', 'syntax error here',
  'throw new Error("mine")', 'process.nextTick(function again() { process.nextTick(again) })', '(async () => { for (;;) await null })()',
  'const { port1, port2 } = new MessageChannel(); port1.onmessage = ({ data }) => port2.postMessage(data); port2.onmessage = ({ data }) => port1.postMessage(data); port1.postMessage(0)',
  'new Worker("data:,for(;;);")', 'process.exit(3)', 'process.on("exit", () => { for (;;); })', 'close(); for (;;);', '/(a*)*b/.test("a".repeat(26))',
];
const total = +(process.argv[2] ?? 100);
const atOnce = 6;
let seed = 12345;
const random = (below) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % below;

let made = 0;
let ended = 0;
function one() {
  if (made === total) return;
  const source = programs[made++ % programs.length];
  let terminated = false;
  const worker = new Worker(`data:,${encodeURIComponent(source)}`);
  worker.onmessage = () => assert.strictEqual(terminated, false);
  worker.onerror = (event) => {
    assert.strictEqual(terminated, false);
    event.preventDefault();
  };
  worker.postMessage('first');
  const end = () => {
    terminated = true;
    worker.terminate();
    worker.terminate();
    worker.postMessage('late');
    ended++;
    retry();
  };
  const when = random(20);
  if (when === 0) end();
  else if (when === 1) queueMicrotask(end);
  else setTimeout(end, when);
}
// The thread of a terminated worker may still be at its end: then there is no room yet.
function retry() {
  try {
    one();
  } catch (error) {
    assert.strictEqual(error.name, 'QuotaExceededError');
    made--;
    setTimeout(retry, 5);
  }
}
for (let i = 0; i < atOnce; i++) one();
process.on('exit', () => {
  assert.strictEqual(ended, total);
  console.log('workers.terminate: ok');
});
