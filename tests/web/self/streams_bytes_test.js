// Byte streams: BYOB readers and requests, lent buffers, what is transferred, and tee() of them.
'use strict';
const assert = require('node:assert');
const test = require('node:test');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const invalidState = { name: 'TypeError', code: 'ERR_INVALID_STATE' };
const list = (view) => [...view];
// Where the engine has no class for it, there is still shared memory.
const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;

function made(source = {}, strategy = undefined) {
  let controller;
  const stream = new ReadableStream({ ...source, type: 'bytes', start(c) { controller = c; } }, strategy);
  return { stream, controller };
}

test('interfaces', () => {
  for (const [name, length, members] of [
    ['ReadableStreamBYOBReader', 1, 'cancel closed read releaseLock'],
    ['ReadableByteStreamController', 0, 'byobRequest close desiredSize enqueue error'],
    ['ReadableStreamBYOBRequest', 0, 'respond respondWithNewView view'],
  ]) {
    assert.strictEqual(globalThis[name].length, length);
    assert.strictEqual(Object.keys(globalThis[name].prototype).sort().join(' '), members);
  }
  assert.strictEqual(ReadableStreamBYOBReader.prototype.read.length, 1);
  assert.throws(() => new ReadableByteStreamController(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.throws(() => new ReadableStreamBYOBRequest(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.throws(() => ReadableStreamBYOBRequest.prototype.view, { code: 'ERR_INVALID_THIS' });
  assert.throws(() => new ReadableStream({ type: 'bytes' }, { size() {} }), RangeError);
  for (const autoAllocateChunkSize of [0, -1, 2 ** 53, 'x', NaN]) assert.throws(() => new ReadableStream({ type: 'bytes', autoAllocateChunkSize }), TypeError);
  assert.strictEqual(made().controller.desiredSize, 0);
  assert.strictEqual(made({}, { highWaterMark: 3 }).controller.desiredSize, 3);
});

test('enqueue() takes the buffer, whatever the view', async () => {
  const { controller, stream } = made();
  const words = new Uint16Array([0x0201, 0x0403, 0x0605]);
  controller.enqueue(words.subarray(1));
  assert.strictEqual(words.byteLength, 0);
  assert.strictEqual(controller.desiredSize, -4);
  controller.enqueue(new DataView(new Uint8Array([7, 8, 9]).buffer, 1));
  const reader = stream.getReader();
  const { value } = await reader.read();
  assert.ok(value instanceof Uint8Array);
  assert.deepStrictEqual([list(value), value.byteOffset, value.buffer.byteLength], [[3, 4, 5, 6], 2, 6]);
  assert.deepStrictEqual(list((await reader.read()).value), [8, 9]);
  for (const chunk of [new ArrayBuffer(1), 'x', null, undefined, {}]) assert.throws(() => controller.enqueue(chunk), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => controller.enqueue(), TypeError);
  assert.throws(() => controller.enqueue(new Uint8Array(0)), TypeError);
  assert.throws(() => controller.enqueue(words), TypeError);
  assert.throws(() => controller.enqueue(new Uint8Array(shared)), TypeError);
  assert.throws(() => controller.enqueue(new Uint8Array(new ArrayBuffer(1, { maxByteLength: 2 }))), TypeError);
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert.throws(() => controller.enqueue(new Uint8Array(memory.buffer)), TypeError);
  assert.strictEqual(memory.buffer.byteLength, 65536);
});

test('a view that was lent comes back filled, in its own type', async () => {
  const { controller, stream } = made({ pull() {} });
  const reader = stream.getReader({ mode: 'byob' });
  const lent = new Uint16Array(3);
  const promise = reader.read(lent);
  assert.strictEqual(lent.byteLength, 0);
  const request = controller.byobRequest;
  assert.strictEqual(request, controller.byobRequest);
  assert.deepStrictEqual([request.view.byteOffset, request.view.byteLength], [0, 6]);
  request.view.set([1, 2, 3]);
  request.respond(3);
  assert.strictEqual(request.view, null);
  assert.throws(() => request.respond(1), invalidState);
  const { value, done } = await promise;
  assert.ok(value instanceof Uint16Array);
  assert.deepStrictEqual([list(value), done, value.buffer.byteLength], [[0x0201], false, 6]);
  // The half element waits for the next reader.
  assert.deepStrictEqual(list((await reader.read(new Uint8Array(5))).value), [3]);
});

test('what a request answers', async () => {
  const { controller, stream } = made({ pull() {} });
  const reader = stream.getReader({ mode: 'byob' });
  const promise = reader.read(new Uint8Array(new ArrayBuffer(8), 2, 4));
  const request = controller.byobRequest;
  for (const count of [5, -1, NaN, 2 ** 53]) assert.throws(() => request.respond(count), count === 5 ? RangeError : TypeError);
  assert.throws(() => request.respond(0), TypeError);
  assert.throws(() => request.respond(), TypeError);
  const { buffer } = request.view;
  assert.throws(() => request.respondWithNewView(new Uint8Array(8)), RangeError);
  assert.throws(() => request.respondWithNewView(new Uint8Array(new ArrayBuffer(9), 2, 1)), RangeError);
  assert.throws(() => request.respondWithNewView(new Uint8Array(buffer, 3, 1)), RangeError);
  assert.throws(() => request.respondWithNewView(new Uint8Array(buffer, 2, 0)), TypeError);
  request.view[0] = 5;
  const moved = structuredClone(buffer, { transfer: [buffer] });
  assert.throws(() => request.respond(1), invalidState);
  request.respondWithNewView(new Uint8Array(moved, 2, 1));
  assert.strictEqual(moved.byteLength, 0);
  assert.deepStrictEqual(list((await promise).value), [5]);
});

test('a buffer that the source did away with', async () => {
  const { controller, stream } = made({ pull() {} });
  const promise = stream.getReader({ mode: 'byob' }).read(new Uint8Array(4));
  const { buffer } = controller.byobRequest.view;
  structuredClone(buffer, { transfer: [buffer] });
  assert.throws(() => controller.enqueue(new Uint8Array(1)), invalidState);
  controller.error('over');
  await promise.then(assert.fail, (reason) => assert.strictEqual(reason, 'over'));
});

test('arguments of read()', async () => {
  const reader = made().stream.getReader({ mode: 'byob' });
  const used = new Uint8Array(1);
  structuredClone(used.buffer, { transfer: [used.buffer] });
  for (const view of [undefined, null, new ArrayBuffer(1), new Uint8Array(0), used, new Uint8Array(shared)]) {
    await assert.rejects(reader.read(view), TypeError);
  }
  await assert.rejects(reader.read(), TypeError);
  await assert.rejects(reader.read(new Uint8Array(1), { min: 0 }), TypeError);
  await assert.rejects(reader.read(new Uint8Array(1), { min: -1 }), TypeError);
  await assert.rejects(reader.read(new Uint8Array(1), { min: 2 }), RangeError);
  await assert.rejects(reader.read(new Uint8Array(1), 1), TypeError);
  const view = new Uint8Array(2);
  // The buffer that counts is the one there is when the arguments have been read.
  await assert.rejects(reader.read(view, { get min() { structuredClone(view.buffer, { transfer: [view.buffer] }); return 1; } }), TypeError);
  const memory = new WebAssembly.Memory({ initial: 1 });
  await assert.rejects(reader.read(new Uint8Array(memory.buffer)), TypeError);
});

test('min: so many elements, or the end', async () => {
  let n = 0;
  const { stream } = made({
    pull(c) {
      c.byobRequest.view[0] = ++n;
      c.byobRequest.respond(1);
    },
  });
  const reader = stream.getReader({ mode: 'byob' });
  assert.deepStrictEqual(list((await reader.read(new Uint8Array(5), { min: 3 })).value), [1, 2, 3]);
  assert.deepStrictEqual(list((await reader.read(new Uint16Array(2), { min: 2 })).value), [0x0504, 0x0706]);
  const short = made();
  short.controller.enqueue(new Uint8Array([1, 2]));
  short.controller.close();
  const last = short.stream.getReader({ mode: 'byob' });
  await assert.rejects(last.read(new Uint32Array(1)), TypeError);
});

test('the end gives buffers back', async () => {
  const { controller, stream } = made({ pull() {} });
  const reader = stream.getReader({ mode: 'byob' });
  const reads = [reader.read(new Uint8Array(3)), reader.read(new Uint16Array(2))];
  await tick();
  controller.close();
  controller.byobRequest.respond(0);
  const [a, b] = await Promise.all(reads);
  assert.deepStrictEqual([a.done, a.value.length, a.value.buffer.byteLength, b.done, b.value.constructor.name], [true, 0, 3, true, 'Uint16Array']);
  const after = await reader.read(new Uint8Array(7));
  assert.deepStrictEqual([after.done, after.value.buffer.byteLength], [true, 7]);
  const other = made({ pull() {} });
  const cancelled = other.stream.getReader({ mode: 'byob' });
  const waiting = cancelled.read(new Uint8Array(3));
  await cancelled.cancel();
  assert.deepStrictEqual(await waiting, { value: undefined, done: true });
});

test('half an element at the end is an error', async () => {
  const { controller, stream } = made({ pull() {} });
  const promise = stream.getReader({ mode: 'byob' }).read(new Uint16Array(1));
  controller.byobRequest.respond(1);
  assert.throws(() => controller.close(), TypeError);
  await assert.rejects(promise, TypeError);
});

test('autoAllocateChunkSize lends buffers to sources whose readers have none', async () => {
  let n = 0;
  const sizes = [];
  const stream = new ReadableStream({
    type: 'bytes', autoAllocateChunkSize: 16,
    pull(c) {
      sizes.push(c.byobRequest.view.byteLength);
      if (n === 2) {
        c.close();
        c.byobRequest.respond(0);
        return;
      }
      c.byobRequest.view[0] = n++;
      c.byobRequest.respond(1);
    },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(list(chunk));
  assert.deepStrictEqual([chunks, sizes], [[[0], [1]], [16, 16, 16]]);
});

test('a buffer whose reader went away: what comes into it is not lost', async () => {
  const { controller, stream } = made({ pull() {} });
  const reader = stream.getReader({ mode: 'byob' });
  const promise = reader.read(new Uint8Array(4));
  const request = controller.byobRequest;
  reader.releaseLock();
  await assert.rejects(promise, invalidState);
  request.view.set([1, 2]);
  request.respond(2);
  controller.enqueue(new Uint8Array([3]));
  const next = stream.getReader();
  assert.deepStrictEqual(list((await next.read()).value), [1, 2]);
  assert.deepStrictEqual(list((await next.read()).value), [3]);
});

test('tee(): one branch gets copies, and a buffer lent by either is filled', async () => {
  let n = 0;
  const lent = [];
  const { stream } = made({
    pull(c) {
      lent.push(c.byobRequest !== null);
      if (c.byobRequest !== null) {
        c.byobRequest.view[0] = ++n;
        c.byobRequest.respond(1);
      } else {
        c.enqueue(new Uint8Array([++n]));
      }
    },
  });
  const [a, b] = stream.tee();
  const forA = a.getReader();
  const forB = b.getReader({ mode: 'byob' });
  const one = (await forA.read()).value;
  const copy = (await forB.read(new Uint8Array(4))).value;
  assert.deepStrictEqual([list(one), list(copy)], [[1], [1]]);
  assert.notStrictEqual(one.buffer, copy.buffer);
  const two = (await forB.read(new Uint8Array(4))).value;
  assert.deepStrictEqual([list(two), two.buffer.byteLength, list((await forA.read()).value)], [[2], 4, [2]]);
  assert.deepStrictEqual(lent, [false, true]);
  await Promise.all([forA.cancel(), forB.cancel()]);
});

test('tee(): the end, errors, and one branch that is cancelled', async () => {
  const ends = made({ pull() {} });
  const [a, b] = ends.stream.tee();
  const reads = [a.getReader({ mode: 'byob' }).read(new Uint8Array(2)), b.getReader().read()];
  await tick();
  ends.controller.close();
  ends.controller.byobRequest?.respond(0);
  assert.deepStrictEqual((await Promise.all(reads)).map(({ done }) => done), [true, true]);
  const fails = made({ pull() { throw new Error('no'); } });
  for (const branch of fails.stream.tee()) await assert.rejects(branch.getReader().read(), /no/);
  const one = made();
  const [c, d] = one.stream.tee();
  const gone = c.cancel('c');
  one.controller.enqueue(new Uint8Array([1]));
  const reader = d.getReader();
  assert.deepStrictEqual(list((await reader.read()).value), [1]);
  one.controller.close();
  assert.strictEqual((await reader.read()).done, true);
  await gone;
});
