// Errors that nobody caught in a worker, and how it ends.
'use strict';
const assert = require('node:assert');

const code = (text) => `data:,${encodeURIComponent(text)}`;
const errorOf = (worker) => new Promise((resolve, reject) => {
  worker.onerror = resolve;
  worker.onmessage = ({ data }) => reject(new Error(`a message: ${data}`));
});

async function events() {
  const thrown = await errorOf(new Worker(code('\n\nthrow new RangeError("mine")')));
  assert.ok(thrown instanceof ErrorEvent && thrown.isTrusted && thrown.cancelable);
  assert.strictEqual(thrown.message, 'Uncaught RangeError: mine');
  assert.ok(thrown.error instanceof RangeError);
  assert.strictEqual(thrown.lineno, 3);
  const odd = await errorOf(new Worker(code('throw { toString() { throw 1 }, f() {} }')));
  assert.strictEqual(odd.error, null);
  assert.strictEqual((await errorOf(new Worker(code('throw "text"')))).error, 'text');
  assert.match((await errorOf(new Worker(code('Promise.reject(new Error("nobody"))')))).message, /nobody/);
  assert.match((await errorOf(new Worker(code('onmessage = 5; setTimeout(() => { null.x })')))).message, /TypeError/);
  assert.match((await errorOf(new Worker(code('this is no program')))).message, /SyntaxError/);
  assert.match((await errorOf(new Worker('fixtures/missing.js'))).message, /missing\.js/);
  assert.strictEqual((await errorOf(new Worker(code('(function f() { f() })()')))).error.name, 'RangeError');
}

// process.exit() ends the worker alone; what it sent before arrives.
async function exits() {
  const { Worker: NodeWorker } = require('node:worker_threads');
  for (const [text, expected] of [['process.exit(7)', 7], ['process.exitCode = 9', 9], ['', 0], ['throw 1', 1], ['close()', 0], ['for (;;);', 1],
    ['process.reallyExit(4)', 4], ['try { process.chdir("/") } catch (e) { process.exitCode = e.code === "ERR_WORKER_UNSUPPORTED_OPERATION" ? 8 : 2 }', 8], ['process.on("exit", () => { process.exitCode = 5 })', 5]]) {
    const worker = new NodeWorker(`require("node:worker_threads").parentPort.postMessage("began"); ${text}`, { eval: true });
    const log = [];
    worker.on('online', () => log.push('online'));
    worker.on('error', (error) => log.push(error));
    worker.on('message', (message) => {
      log.push(message);
      if (text === 'for (;;);') worker.terminate();
    });
    const exit = await new Promise((resolve) => { worker.on('exit', resolve); });
    assert.strictEqual(exit, expected, text);
    assert.deepStrictEqual(log, text === 'throw 1' ? ['online', 'began', 1] : ['online', 'began'], text);
  }
}

// Nobody listens: the error is one of the program that made the worker.
async function unheard() {
  const error = await new Promise((resolve) => {
    process.once('uncaughtException', resolve);
    new Worker(code('throw new TypeError("unheard")'));
  });
  assert.ok(error instanceof TypeError);
  assert.strictEqual(error.message, 'unheard');
}

// Ports of a worker that ended are closed.
async function gone() {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(code('onmessage = (event) => { globalThis.port = event.ports[0]; event.ports[0].postMessage("here"); close(); }'));
  worker.postMessage(null, [port2]);
  const log = [];
  await new Promise((resolve) => {
    port1.onmessage = ({ data }) => log.push(data);
    port1.onclose = resolve;
  });
  assert.deepStrictEqual(log, ['here']);
}

// A message that cannot be read there.
async function unreadable() {
  const worker = new Worker(code('globalThis.Map = 0; onmessage = ({ data }) => postMessage(String(data))'));
  worker.postMessage(new Map());
  const { data } = await new Promise((resolve) => { worker.onmessage = resolve; });
  assert.strictEqual(data, '[object Map]'); // what the program replaced is not asked
  worker.terminate();
}

(async () => {
  for (const part of [events, exits, unheard, gone, unreadable]) await part();
  console.log('workers.errors: ok');
})();
