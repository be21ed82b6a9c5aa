// node:worker_threads
'use strict';
const assert = require('node:assert');
const threads = require('node:worker_threads');
const { once } = require('node:events');

const { MessageChannel: Channel, Worker, isMainThread, parentPort, receiveMessageOnPort, threadId, workerData } = threads;

if (!isMainThread) {
  parentPort.on('message', (message) => {
    if (message === 'end') return parentPort.close();
    parentPort.postMessage({ message, n: workerData.n, threadId });
  });
  if (workerData.port) workerData.port.postMessage('from the data');
} else {
  (async () => {
    assert.strictEqual(parentPort, null);
    assert.strictEqual(threadId, 0);
    assert.strictEqual(workerData, null);
    assert.strictEqual(Channel, MessageChannel);
    const { port1, port2 } = new Channel();
    const worker = new Worker(__filename, { workerData: { n: 1, port: port2 }, transferList: [port2], name: 'n' });
    assert.strictEqual(worker.threadId, 1);
    await once(worker, 'online');
    worker.postMessage('hello');
    const [{ message, n, threadId: inside }] = await once(worker, 'message');
    assert.deepStrictEqual([message, n, inside], ['hello', 1, 1]);
    assert.strictEqual((await new Promise((resolve) => port1.once('message', resolve))), 'from the data');
    worker.postMessage('end');
    assert.deepStrictEqual(await once(worker, 'exit'), [0]);
    assert.strictEqual(worker.threadId, -1);
    assert.strictEqual(await worker.terminate(), undefined);

    const stuck = new Worker('for (;;);', { eval: true });
    assert.strictEqual(await stuck.terminate(), 1);
    const failing = new Worker('throw new RangeError("x")', { eval: true });
    const [error] = await once(failing, 'error');
    assert.ok(error instanceof RangeError);
    const late = new Worker('require("node:worker_threads").parentPort.once("message", (m) => process.exit(m))', { eval: true });
    late.postMessage(6);
    assert.deepStrictEqual(await once(late, 'exit'), [6]);

    const channel = new Channel();
    assert.strictEqual(receiveMessageOnPort(channel.port1), undefined);
    channel.port2.postMessage({ a: 1 });
    channel.port2.postMessage(undefined);
    assert.deepStrictEqual(receiveMessageOnPort(channel.port1), { message: { a: 1 } });
    assert.deepStrictEqual(receiveMessageOnPort(channel.port1), { message: undefined });
    assert.strictEqual(receiveMessageOnPort(channel.port1), undefined);
    assert.throws(() => receiveMessageOnPort({}), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => new Worker('relative.js'), { code: 'ERR_WORKER_PATH' });
    assert.throws(() => new Worker(5), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => new Worker('./x.js', { stdin: true }), { code: 'ERR_UNSUPPORTED' });
    console.log('workers.worker_threads: ok');
  })();
}
