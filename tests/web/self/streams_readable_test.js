// ReadableStream with a default controller: what the standard promises of reading, cancelling, sizes, iteration and from(), and how Node shows it.
'use strict';
const assert = require('node:assert');
const test = require('node:test');
const util = require('node:util');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const invalidThis = { name: 'TypeError', code: 'ERR_INVALID_THIS' };
const invalidState = { name: 'TypeError', code: 'ERR_INVALID_STATE' };

async function chunksOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

test('interfaces are those of Web IDL', () => {
  for (const [name, length, members] of [
    ['ReadableStream', 0, 'cancel getReader locked pipeThrough pipeTo tee values'],
    ['ReadableStreamDefaultReader', 1, 'cancel closed read releaseLock'],
    ['ReadableStreamDefaultController', 0, 'close desiredSize enqueue error'],
    ['WritableStream', 0, 'abort close getWriter locked'],
    ['WritableStreamDefaultWriter', 1, 'abort close closed desiredSize ready releaseLock write'],
    ['WritableStreamDefaultController', 0, 'error signal'],
    ['TransformStream', 0, 'readable writable'],
    ['TransformStreamDefaultController', 0, 'desiredSize enqueue error terminate'],
    ['ByteLengthQueuingStrategy', 1, 'highWaterMark size'],
    ['CountQueuingStrategy', 1, 'highWaterMark size'],
  ]) {
    const Class = globalThis[name];
    const global = Object.getOwnPropertyDescriptor(globalThis, name);
    assert.deepStrictEqual([global.enumerable, global.configurable, global.writable], [false, true, true], name);
    assert.strictEqual(Class.length, length, name);
    assert.strictEqual(Object.keys(Class.prototype).sort().join(' '), members);
    assert.strictEqual(Object.prototype.toString.call(Class.prototype), `[object ${name}]`);
    assert.strictEqual(require('node:stream/web')[name], Class);
    assert.throws(() => Class(), TypeError);
  }
  assert.strictEqual(ReadableStream.prototype[Symbol.asyncIterator], ReadableStream.prototype.values);
  assert.strictEqual(ReadableStream.from.length, 1);
  for (const Class of [ReadableStreamDefaultController, WritableStreamDefaultController, TransformStreamDefaultController]) {
    assert.throws(() => new Class(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  }
});

test('members look at what they are called on', async () => {
  const { prototype } = ReadableStream;
  for (const key of ['tee', 'getReader', 'values', 'pipeThrough']) assert.throws(() => prototype[key].call({}), invalidThis);
  assert.throws(() => prototype.locked, invalidThis);
  for (const key of ['cancel', 'pipeTo']) await assert.rejects(prototype[key].call({}), invalidThis);
  await assert.rejects(ReadableStreamDefaultReader.prototype.read.call(new ReadableStream()), invalidThis);
  await assert.rejects(ReadableStreamDefaultReader.prototype.closed, invalidThis);
  assert.throws(() => ReadableStreamDefaultController.prototype.enqueue.call({}), invalidThis);
  assert.throws(() => structuredClone(new ReadableStream()), { name: 'DataCloneError' });
});

test('arguments are converted in the order of Web IDL', () => {
  const order = [];
  const spy = (name, members) => new Proxy(members, { get: (target, key) => (order.push(`${name}.${String(key)}`), target[key]) });
  new ReadableStream(spy('source', {}), spy('strategy', {}));
  assert.deepStrictEqual(order, ['strategy.highWaterMark', 'strategy.size', 'source.autoAllocateChunkSize', 'source.cancel', 'source.pull', 'source.start', 'source.type']);
  for (const source of [null, 1, 'x', { pull: 1 }, { start: null }, { cancel: {} }, { type: 'x' }, { type: null }]) assert.throws(() => new ReadableStream(source), TypeError);
  for (const strategy of [1, { size: 1 }, { highWaterMark: 1n }, { highWaterMark: Symbol() }]) assert.throws(() => new ReadableStream({}, strategy), TypeError);
  for (const highWaterMark of [NaN, -1, 'x']) assert.throws(() => new ReadableStream({}, { highWaterMark }), RangeError);
  new ReadableStream({}, null);
  assert.throws(() => new ReadableStream().getReader({ mode: 'BYOB' }), TypeError);
  assert.throws(() => new ReadableStream().getReader({ mode: 'byob' }), TypeError);
  assert.throws(() => new ReadableStreamDefaultReader({}), TypeError);
});

test('pull() is called while chunks are wanted, and not while it is at work', async () => {
  let pulls = 0;
  let release;
  let controller;
  const stream = new ReadableStream({
    pull(c) {
      controller = c;
      pulls++;
      return new Promise((resolve) => { release = resolve; });
    },
  }, { highWaterMark: 2 });
  assert.strictEqual(pulls, 0);
  await tick();
  assert.strictEqual(pulls, 1);
  assert.strictEqual(controller.desiredSize, 2);
  controller.enqueue('a');
  await tick();
  assert.strictEqual(pulls, 1);
  release();
  await tick();
  assert.strictEqual(pulls, 2);
  controller.enqueue('b');
  release();
  await tick();
  assert.strictEqual(pulls, 2);
  assert.strictEqual(controller.desiredSize, 0);
  const reader = stream.getReader();
  assert.deepStrictEqual(await reader.read(), { value: 'a', done: false });
  assert.strictEqual(pulls, 3);
  controller.close();
  assert.throws(() => controller.enqueue('c'), invalidState);
  assert.throws(() => controller.close(), invalidState);
  assert.deepStrictEqual(await reader.read(), { value: 'b', done: false });
  assert.deepStrictEqual(await reader.read(), { value: undefined, done: true });
  assert.strictEqual(await reader.closed, undefined);
  assert.strictEqual(controller.desiredSize, 0);
});

test('errors: of start, of pull, of the controller, of a size', async () => {
  const error = new Error('no');
  assert.throws(() => new ReadableStream({ start() { throw error; } }), error);
  for (const source of [
    { start: () => Promise.reject(error) }, { pull() { throw error; } }, { pull: () => Promise.reject(error) }, { start: (c) => c.error(error) },
  ]) {
    const reader = new ReadableStream(source).getReader();
    await assert.rejects(reader.read(), error);
    await assert.rejects(reader.closed, error);
    await assert.rejects(reader.cancel(), error);
  }
  for (const [size, expected] of [[() => { throw error; }, error], [() => NaN, RangeError], [() => -1, RangeError], [() => Infinity, RangeError], [() => 1n, TypeError]]) {
    let controller;
    const stream = new ReadableStream({ start(c) { controller = c; } }, { size });
    assert.throws(() => controller.enqueue(1), expected);
    await assert.rejects(stream.getReader().closed, expected);
    assert.strictEqual(controller.desiredSize, null);
    controller.error(new Error('too late'));
  }
});

test('size() is no method, and may do anything', async () => {
  let controller;
  let self = 'not called';
  const stream = new ReadableStream({ start(c) { controller = c; } }, {
    size() {
      'use strict';
      self = this;
      controller.close();
      return 1;
    },
  });
  controller.enqueue('lost');
  assert.strictEqual(self, undefined);
  assert.deepStrictEqual(await chunksOf(stream), []);
});

test('cancel() drops what waits, and hands on what the source says', async () => {
  const events = [];
  const stream = new ReadableStream({ start(c) { c.enqueue(1); }, cancel(reason) { events.push(reason); return 'ignored'; } });
  assert.strictEqual(await stream.cancel('why'), undefined);
  assert.strictEqual(await stream.cancel('again'), undefined);
  assert.deepStrictEqual(events, ['why']);
  assert.deepStrictEqual(await chunksOf(stream), []);
  const error = new Error('no');
  await assert.rejects(new ReadableStream({ cancel() { throw error; } }).cancel(), error);
  await assert.rejects(new ReadableStream({ async cancel() { throw error; } }).cancel(), error);
  const locked = new ReadableStream();
  const reader = locked.getReader();
  await assert.rejects(locked.cancel(), invalidState);
  assert.throws(() => locked.getReader(), invalidState);
  const waiting = reader.read();
  await reader.cancel();
  assert.deepStrictEqual(await waiting, { value: undefined, done: true });
});

test('a reader that lets go: what waits is rejected, what comes goes to the next one', async () => {
  let controller;
  const stream = new ReadableStream({ start(c) { controller = c; } });
  const first = stream.getReader();
  const waiting = first.read();
  const before = first.closed;
  first.releaseLock();
  first.releaseLock();
  await assert.rejects(waiting, invalidState);
  await assert.rejects(before, invalidState);
  assert.strictEqual(first.closed, before);
  await assert.rejects(first.read(), invalidState);
  await assert.rejects(first.cancel(), invalidState);
  controller.enqueue('x');
  assert.strictEqual((await stream.getReader().read()).value, 'x');
  const closed = new ReadableStream({ start(c) { c.close(); } });
  const reader = closed.getReader();
  const fulfilled = reader.closed;
  await fulfilled;
  reader.releaseLock();
  assert.notStrictEqual(reader.closed, fulfilled);
  await assert.rejects(reader.closed, invalidState);
});

test('nobody has to handle `closed`', async () => {
  const seen = [];
  const listener = (reason) => seen.push(reason);
  process.on('unhandledRejection', listener);
  const reader = new ReadableStream({ start(c) { c.error(1); } }).getReader();
  void reader.closed;
  const other = new ReadableStream().getReader();
  void other.closed;
  other.releaseLock();
  const writer = new WritableStream({ start(c) { c.error(2); } }).getWriter();
  void writer.closed;
  void writer.ready;
  await tick();
  await tick();
  process.off('unhandledRejection', listener);
  assert.deepStrictEqual(seen, []);
});

test('iteration: order of calls, return(), preventCancel', async () => {
  let cancelled;
  const make = () => {
    let n = 0;
    cancelled = 'not';
    return new ReadableStream({ pull(c) { if (n < 3) c.enqueue(n++); else c.close(); }, cancel(reason) { cancelled = reason; } });
  };
  assert.deepStrictEqual(await chunksOf(make()), [0, 1, 2]);
  let stream = make();
  for await (const n of stream) if (n === 1) break;
  assert.strictEqual(cancelled, undefined);
  assert.strictEqual(stream.locked, false);
  stream = make();
  for await (const n of stream.values({ preventCancel: true })) if (n === 1) break;
  assert.strictEqual(cancelled, 'not');
  assert.deepStrictEqual(await chunksOf(stream), [2]);
  stream = make();
  const iterator = stream.values();
  const order = [];
  const calls = [iterator.next(), iterator.next(), iterator.return('r'), iterator.next()];
  calls.forEach((promise, n) => promise.then(({ value, done }) => order.push([n, value, done])));
  await Promise.all(calls);
  assert.deepStrictEqual(order, [[0, 0, false], [1, 1, false], [2, 'r', true], [3, undefined, true]]);
  assert.strictEqual(cancelled, 'r');
  assert.deepStrictEqual(Object.keys(Object.getPrototypeOf(iterator)), ['next', 'return']);
  assert.strictEqual(Object.prototype.toString.call(iterator), '[object ReadableStream AsyncIterator]');
  assert.strictEqual(Object.getPrototypeOf(Object.getPrototypeOf(iterator)), Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)));
  await assert.rejects(Object.getPrototypeOf(iterator).next.call({}), invalidThis);
  const failing = new ReadableStream({ pull(c) { c.error(new Error('end')); } });
  await assert.rejects(chunksOf(failing), /end/);
  assert.strictEqual(failing.locked, false);
});

test('from(): iterables of either kind, taken as they are read', async () => {
  assert.deepStrictEqual(await chunksOf(ReadableStream.from(['a', Promise.resolve('b')])), ['a', 'b']);
  assert.deepStrictEqual(await chunksOf(ReadableStream.from('xy')), ['x', 'y']);
  assert.deepStrictEqual(await chunksOf(ReadableStream.from(ReadableStream.from([1]))), [1]);
  let taken = 0;
  let returned;
  const stream = ReadableStream.from((async function* () {
    try {
      for (;;) yield taken++;
    } finally {
      returned = true;
    }
  })());
  await tick();
  assert.strictEqual(taken, 0);
  const reader = stream.getReader();
  assert.strictEqual((await reader.read()).value, 0);
  await reader.cancel();
  assert.strictEqual(returned, true);
  for (const value of [undefined, null, 1, {}, { [Symbol.asyncIterator]: 1 }, { [Symbol.iterator]: () => 1 }]) assert.throws(() => ReadableStream.from(value), TypeError);
  assert.throws(() => ReadableStream.from(), TypeError);
  await assert.rejects(chunksOf(ReadableStream.from({ [Symbol.asyncIterator]: () => ({ next: () => 1 }) })), TypeError);
  await assert.rejects(chunksOf(ReadableStream.from({ [Symbol.iterator]: () => ({ next: () => ({ get done() { throw new Error('done'); } }) }) })), /done/);
  let closed = false;
  const rejecting = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: Promise.reject(new Error('value')) }), return() { closed = true; return {}; } }) };
  await assert.rejects(chunksOf(ReadableStream.from(rejecting)), /value/);
  assert.strictEqual(closed, true);
});

test('tee(): both branches see everything; both have to be cancelled', async () => {
  let reasons;
  let n = 0;
  const source = { pull(c) { if (n < 2) c.enqueue({ n: n++ }); else c.close(); }, cancel(r) { reasons = r; } };
  let [a, b] = new ReadableStream(source).tee();
  const [of, other] = [await chunksOf(a), await chunksOf(b)];
  assert.deepStrictEqual(of, [{ n: 0 }, { n: 1 }]);
  assert.strictEqual(of[0], other[0]);
  n = 0;
  [a, b] = new ReadableStream(source).tee();
  const first = a.cancel('a');
  await tick();
  assert.strictEqual(reasons, undefined);
  await Promise.all([first, b.cancel('b')]);
  assert.deepStrictEqual(reasons, ['a', 'b']);
  [a, b] = new ReadableStream({ pull() { throw new Error('no'); } }).tee();
  await assert.rejects(chunksOf(a), /no/);
  await assert.rejects(chunksOf(b), /no/);
  const locked = new ReadableStream();
  locked.getReader();
  assert.throws(() => locked.tee(), invalidState);
});

test('a long queue costs each chunk the same', async () => {
  const count = 20000;
  const stream = new ReadableStream({
    start(c) {
      for (let i = 0; i < count; i++) c.enqueue(i);
      c.close();
    },
  });
  let sum = 0;
  for await (const i of stream) sum += i;
  assert.strictEqual(sum, (count - 1) * count / 2);
});

test('queuing strategies', () => {
  const bytes = new ByteLengthQueuingStrategy({ highWaterMark: '5' });
  assert.strictEqual(bytes.highWaterMark, 5);
  assert.strictEqual(bytes.size(new Uint8Array(3)), 3);
  assert.strictEqual(bytes.size({}), undefined);
  assert.throws(() => bytes.size(), TypeError);
  const count = new CountQueuingStrategy({ highWaterMark: NaN });
  assert.ok(Number.isNaN(count.highWaterMark));
  assert.strictEqual(count.size(), 1);
  assert.strictEqual(count.size, new CountQueuingStrategy({ highWaterMark: 0 }).size);
  assert.deepStrictEqual([bytes.size.name, bytes.size.length, count.size.name, count.size.length], ['size', 1, 'size', 0]);
  assert.throws(() => new count.size(), TypeError);
  for (const Class of [ByteLengthQueuingStrategy, CountQueuingStrategy]) {
    for (const args of [[], [null], [1], [{}]]) assert.throws(() => new Class(...args), TypeError);
    assert.throws(() => Class.prototype.size, invalidThis);
  }
});

test('how they are shown', () => {
  const stream = new ReadableStream();
  assert.strictEqual(util.inspect(stream), "ReadableStream { locked: false, state: 'readable', supportsBYOB: false }");
  assert.strictEqual(util.inspect(new ReadableStream({ type: 'bytes' })), "ReadableStream { locked: false, state: 'readable', supportsBYOB: true }");
  assert.strictEqual(util.inspect(new WritableStream()), "WritableStream { locked: false, state: 'writable' }");
  assert.strictEqual(util.inspect(new CountQueuingStrategy({ highWaterMark: 1 })), 'CountQueuingStrategy { highWaterMark: 1 }');
  assert.match(util.inspect(stream.getReader()), /^ReadableStreamDefaultReader \{\n  stream: .*,\n  readRequests: 0,\n  close: Promise \{ <pending> \}\n\}$/);
});
