// WritableStream: order of writes, back-pressure, closing, aborting and its signal, errors.
'use strict';
const assert = require('node:assert');
const test = require('node:test');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const invalidState = { name: 'TypeError', code: 'ERR_INVALID_STATE' };

test('arguments', async () => {
  const order = [];
  const spy = (name) => new Proxy({}, { get: (_, key) => void order.push(`${name}.${String(key)}`) });
  new WritableStream(spy('sink'), spy('strategy'));
  assert.deepStrictEqual(order, ['strategy.highWaterMark', 'strategy.size', 'sink.abort', 'sink.close', 'sink.start', 'sink.type', 'sink.write']);
  for (const sink of [null, 1, { write: 1 }, { close: null }]) assert.throws(() => new WritableStream(sink), TypeError);
  for (const type of ['bytes', null, '']) assert.throws(() => new WritableStream({ type }), RangeError);
  assert.throws(() => new WritableStream({}, { highWaterMark: -1 }), RangeError);
  assert.throws(() => new WritableStreamDefaultWriter({}), TypeError);
  assert.throws(() => WritableStream.prototype.locked, { code: 'ERR_INVALID_THIS' });
  await assert.rejects(WritableStream.prototype.abort.call({}), { code: 'ERR_INVALID_THIS' });
  await assert.rejects(WritableStreamDefaultWriter.prototype.write.call({}), { code: 'ERR_INVALID_THIS' });
});

test('one write after the other, then close', async () => {
  const events = [];
  const stream = new WritableStream({
    start() { events.push('start'); },
    async write(chunk, controller) {
      assert.ok(controller instanceof WritableStreamDefaultController);
      events.push(`begin ${chunk}`);
      await tick();
      events.push(`end ${chunk}`);
    },
    close() { events.push('close'); },
  }, { highWaterMark: 3 });
  const writer = stream.getWriter();
  assert.strictEqual(writer.desiredSize, 3);
  const done = [writer.write(1).then(() => events.push('wrote 1')), writer.write(2)];
  assert.strictEqual(writer.desiredSize, 1);
  const closing = writer.close();
  await assert.rejects(writer.write(3), invalidState);
  await assert.rejects(writer.close(), invalidState);
  await Promise.all([...done, closing, writer.closed]);
  assert.deepStrictEqual(events, ['start', 'begin 1', 'end 1', 'begin 2', 'wrote 1', 'end 2', 'close']);
  assert.strictEqual(writer.desiredSize, 0);
  await writer.abort('nothing left to abort');
});

test('ready says when there is room', async () => {
  let release;
  const stream = new WritableStream({ write: () => new Promise((resolve) => { release = resolve; }) });
  const writer = stream.getWriter();
  const first = writer.ready;
  await first;
  writer.write(1);
  assert.notStrictEqual(writer.ready, first);
  assert.strictEqual(writer.ready, writer.ready);
  let isReady = false;
  writer.ready.then(() => { isReady = true; });
  await tick();
  assert.deepStrictEqual([isReady, writer.desiredSize], [false, 0]);
  release();
  await tick();
  assert.deepStrictEqual([isReady, writer.desiredSize], [true, 1]);
});

test('abort() waits for the write on its way; the signal does not', async () => {
  const events = [];
  let release;
  let controller;
  const reason = new Error('enough');
  const stream = new WritableStream({
    start(c) { controller = c; },
    write: () => new Promise((resolve) => { release = resolve; }),
    abort(why) { events.push(['abort', why]); },
  });
  const writer = stream.getWriter();
  await tick();
  const writes = [writer.write(1), writer.write(2)];
  assert.strictEqual(controller.signal, controller.signal);
  controller.signal.addEventListener('abort', () => events.push(['signal', controller.signal.reason]));
  const aborting = writer.abort(reason);
  assert.strictEqual(writer.abort('again') instanceof Promise, true);
  assert.deepStrictEqual(events, [['signal', reason]]);
  assert.strictEqual(writer.desiredSize, null);
  await assert.rejects(writer.write(3), reason);
  release();
  await writes[0];
  await assert.rejects(writes[1], reason);
  await aborting;
  assert.deepStrictEqual(events, [['signal', reason], ['abort', reason]]);
  await assert.rejects(writer.closed, reason);
  await assert.rejects(writer.ready, reason);
});

test('a signal that is looked at late is aborted already', async () => {
  let controller;
  const stream = new WritableStream({ start(c) { controller = c; } });
  await stream.abort();
  assert.strictEqual(controller.signal.aborted, true);
  assert.strictEqual(controller.signal.reason.name, 'AbortError');
});

test('errors: of start, of write, of close, of the controller, of a size', async () => {
  const error = new Error('no');
  assert.throws(() => new WritableStream({ start() { throw error; } }), error);
  for (const sink of [{ start: () => Promise.reject(error) }, { write() { throw error; } }, { write: async () => { throw error; } }]) {
    const writer = new WritableStream(sink).getWriter();
    await assert.rejects(writer.write(1), error);
    await assert.rejects(writer.closed, error);
    await assert.rejects(writer.close(), invalidState);
  }
  const closing = new WritableStream({ close() { throw error; } }).getWriter();
  await assert.rejects(closing.close(), error);
  await assert.rejects(closing.closed, error);
  let controller;
  const told = new WritableStream({ start(c) { controller = c; } }).getWriter();
  controller.error(error);
  controller.error(new Error('too late'));
  await assert.rejects(told.write(1), error);
  for (const [size, expected] of [[() => { throw error; }, error], [() => NaN, RangeError], [() => -1, RangeError]]) {
    const writer = new WritableStream({}, { size }).getWriter();
    await assert.rejects(writer.write(1), expected);
    await assert.rejects(writer.closed, expected);
  }
  const aborting = new WritableStream({ abort() { throw error; } });
  await assert.rejects(aborting.abort(new Error('other')), error);
});

test('a writer that lets go', async () => {
  const stream = new WritableStream();
  const writer = stream.getWriter();
  assert.throws(() => stream.getWriter(), invalidState);
  await assert.rejects(stream.abort(), invalidState);
  await assert.rejects(stream.close(), invalidState);
  writer.releaseLock();
  writer.releaseLock();
  for (const promise of [writer.closed, writer.ready, writer.write(1), writer.close(), writer.abort()]) await assert.rejects(promise, invalidState);
  assert.throws(() => writer.desiredSize, invalidState);
  await stream.close();
  await assert.rejects(stream.close(), invalidState);
});

test('a size that lets go of the writer', async () => {
  let writer;
  const stream = new WritableStream({}, { size() { writer.releaseLock(); return 1; } });
  writer = stream.getWriter();
  await assert.rejects(writer.write(1), invalidState);
});
