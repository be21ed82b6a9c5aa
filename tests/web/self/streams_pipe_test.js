// pipeTo() and pipeThrough(): chunks, back-pressure, the end in each direction, signals, what the prevent options keep; and TransformStream.
'use strict';
const assert = require('node:assert');
const test = require('node:test');

const tick = () => new Promise((resolve) => setImmediate(resolve));
const invalidState = { name: 'TypeError', code: 'ERR_INVALID_STATE' };
const error = new Error('no');

function target(strategy, sink = {}) {
  const events = [];
  const stream = new WritableStream({
    write(chunk, controller) { events.push(chunk); return sink.write?.(chunk, controller); },
    close() { events.push('close'); return sink.close?.(); },
    abort(reason) { events.push(['abort', reason]); return sink.abort?.(reason); },
  }, strategy);
  return { stream, events };
}

test('every chunk, then close; both are unlocked afterwards', async () => {
  const { events, stream } = target();
  const source = ReadableStream.from([1, 2, 3]);
  const promise = source.pipeTo(stream);
  assert.deepStrictEqual([source.locked, stream.locked], [true, true]);
  assert.strictEqual(await promise, undefined);
  assert.deepStrictEqual(events, [1, 2, 3, 'close']);
  assert.deepStrictEqual([source.locked, stream.locked], [false, false]);
});

test('no more is read than the sink wants', async () => {
  let pulls = 0;
  let release;
  const source = new ReadableStream({ pull(c) { c.enqueue(++pulls); } }, { highWaterMark: 0 });
  const { events, stream } = target({ highWaterMark: 2 }, { write: () => new Promise((resolve) => { release = resolve; }) });
  source.pipeTo(stream);
  await tick();
  assert.deepStrictEqual([events, pulls], [[1], 2]);
  release();
  await tick();
  assert.deepStrictEqual([events, pulls], [[1, 2], 3]);
});

test('the sink does not run inside of enqueue()', async () => {
  let controller;
  const { events, stream } = target();
  new ReadableStream({ start(c) { controller = c; } }).pipeTo(stream);
  await tick();
  controller.enqueue('a');
  assert.deepStrictEqual(events, []);
  controller.enqueue('b');
  controller.close();
  await tick();
  assert.deepStrictEqual(events, ['a', 'b', 'close']);
});

test('a source that fails aborts the sink, unless that is prevented', async () => {
  for (const [options, expected] of [[{}, [1, ['abort', error]]], [{ preventAbort: true }, [1]]]) {
    const { events, stream } = target();
    let n = 0;
    const source = new ReadableStream({ pull(c) { if (n++ === 0) c.enqueue(1); else c.error(error); } }, { highWaterMark: 0 });
    await assert.rejects(source.pipeTo(stream, options), error);
    assert.deepStrictEqual(events, expected);
    assert.strictEqual(stream.locked, false);
  }
});

test('a sink that fails cancels the source, unless that is prevented', async () => {
  for (const preventCancel of [false, true]) {
    let reason = 'none';
    const source = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(r) { reason = r; } });
    const { stream } = target(undefined, { write() { throw error; } });
    await assert.rejects(source.pipeTo(stream, { preventCancel }), error);
    assert.strictEqual(reason, preventCancel ? 'none' : error);
  }
});

test('preventClose; a sink that is closed already', async () => {
  const { events, stream } = target();
  await ReadableStream.from([1]).pipeTo(stream, { preventClose: true });
  await ReadableStream.from([2]).pipeTo(stream);
  assert.deepStrictEqual(events, [1, 2, 'close']);
  let reason;
  await assert.rejects(new ReadableStream({ cancel(r) { reason = r; } }).pipeTo(stream), TypeError);
  assert.ok(reason instanceof TypeError);
});

test('a signal: writes on their way are waited for, then both sides end', async () => {
  const controller = new AbortController();
  let release;
  let cancelled;
  const { events, stream } = target(undefined, { write: () => new Promise((resolve) => { release = resolve; }) });
  const source = new ReadableStream({ pull(c) { c.enqueue('x'); }, cancel(r) { cancelled = r; } });
  const promise = source.pipeTo(stream, { signal: controller.signal });
  await tick();
  controller.abort(error);
  await tick();
  assert.deepStrictEqual([events, cancelled], [['x'], undefined]);
  release();
  await assert.rejects(promise, error);
  assert.deepStrictEqual([events, cancelled], [['x', ['abort', error]], error]);
  const early = target();
  await assert.rejects(new ReadableStream().pipeTo(early.stream, { signal: AbortSignal.abort(error) }), error);
  assert.deepStrictEqual(early.events, [['abort', error]]);
  const kept = target();
  await assert.rejects(new ReadableStream().pipeTo(kept.stream, { signal: AbortSignal.abort(), preventAbort: true, preventCancel: true }), { name: 'AbortError' });
  assert.deepStrictEqual([kept.events, kept.stream.locked], [[], false]);
});

test('arguments', async () => {
  const { stream } = target();
  await assert.rejects(new ReadableStream().pipeTo(), TypeError);
  await assert.rejects(new ReadableStream().pipeTo({}), TypeError);
  await assert.rejects(new ReadableStream().pipeTo(stream, { signal: {} }), TypeError);
  await assert.rejects(new ReadableStream().pipeTo(stream, { signal: null }), TypeError);
  await assert.rejects(new ReadableStream().pipeTo(stream, { get preventAbort() { throw error; } }), error);
  const locked = new ReadableStream();
  locked.getReader();
  await assert.rejects(locked.pipeTo(stream), invalidState);
  stream.getWriter();
  await assert.rejects(new ReadableStream().pipeTo(stream), invalidState);
  for (const transform of [undefined, null, {}, { readable: new ReadableStream() }, { readable: {}, writable: new WritableStream() }]) {
    assert.throws(() => new ReadableStream().pipeThrough(transform), TypeError);
  }
  assert.throws(() => new ReadableStream().pipeThrough({ readable: new ReadableStream(), writable: stream }), invalidState);
});

test('pipeThrough() returns the other end, and its promise is nobody\'s concern', async () => {
  const seen = [];
  const listener = (reason) => seen.push(reason);
  process.on('unhandledRejection', listener);
  const readable = new ReadableStream();
  const { stream } = target();
  assert.strictEqual(new ReadableStream({ start(c) { c.error(error); } }).pipeThrough({ readable, writable: stream }), readable);
  await tick();
  await tick();
  process.off('unhandledRejection', listener);
  assert.deepStrictEqual(seen, []);
});

// ---- TransformStream ----------------------------------------------------------------------------------------------------

async function through(transform, chunks) {
  const out = [];
  for await (const chunk of ReadableStream.from(chunks).pipeThrough(transform)) out.push(chunk);
  return out;
}

test('chunks are transformed in order; flush() may add some', async () => {
  assert.deepStrictEqual(await through(new TransformStream(), [1, 2]), [1, 2]);
  const doubling = new TransformStream({
    start(c) { c.enqueue('start'); },
    async transform(chunk, c) {
      await tick();
      c.enqueue(chunk);
      c.enqueue(chunk);
    },
    flush(c) { c.enqueue('end'); },
  });
  assert.deepStrictEqual(await through(doubling, [1, 2]), ['start', 1, 1, 2, 2, 'end']);
});

test('a write waits until a chunk is wanted', async () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  let written = false;
  const write = writer.write('a').then(() => { written = true; });
  await tick();
  assert.deepStrictEqual([written, writer.desiredSize], [false, 0]);
  assert.strictEqual((await readable.getReader().read()).value, 'a');
  await write;
});

test('errors and ends go both ways', async () => {
  for (const transformer of [{ start: () => Promise.reject(error) }, { transform() { throw error; } }, { transform: async () => { throw error; } }, { start: (c) => c.error(error) }]) {
    const { readable, writable } = new TransformStream(transformer);
    const writer = writable.getWriter();
    const write = writer.write(1);
    await assert.rejects(readable.getReader().read(), error);
    await assert.rejects(write, error);
    await assert.rejects(writer.closed, error);
  }
  let controller;
  const ended = new TransformStream({ start(c) { controller = c; } });
  controller.terminate();
  assert.throws(() => controller.enqueue(1), invalidState);
  assert.strictEqual((await ended.readable.getReader().read()).done, true);
  await assert.rejects(ended.writable.getWriter().closed, TypeError);
  assert.strictEqual(controller.desiredSize, 0);
  const reasons = [];
  const make = () => new TransformStream({ cancel(reason) { reasons.push(reason); } });
  const cancelled = make();
  await cancelled.readable.cancel('r');
  await assert.rejects(cancelled.writable.getWriter().write(1), (reason) => reason === 'r');
  const aborted = make();
  await aborted.writable.abort('w');
  await assert.rejects(aborted.readable.getReader().read(), (reason) => reason === 'w');
  assert.deepStrictEqual(reasons, ['r', 'w']);
});

test('arguments of TransformStream', () => {
  const order = [];
  const spy = (name) => new Proxy({}, { get: (_, key) => void order.push(`${name}.${String(key)}`) });
  new TransformStream(spy('t'), spy('w'), spy('r'));
  assert.deepStrictEqual(order, ['w.highWaterMark', 'w.size', 'r.highWaterMark', 'r.size', 't.cancel', 't.flush', 't.readableType', 't.start', 't.transform', 't.writableType']);
  for (const transformer of [null, 1, { transform: 1 }]) assert.throws(() => new TransformStream(transformer), TypeError);
  assert.throws(() => new TransformStream({ readableType: 'bytes' }), RangeError);
  assert.throws(() => new TransformStream({ writableType: null }), RangeError);
  assert.throws(() => TransformStream.prototype.readable, { code: 'ERR_INVALID_THIS' });
  assert.throws(() => TransformStreamDefaultController.prototype.terminate.call({}), { code: 'ERR_INVALID_THIS' });
});
