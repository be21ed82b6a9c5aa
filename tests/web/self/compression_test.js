// CompressionStream and DecompressionStream: round trips, what is malformed, pieces and back-pressure.
'use strict';
const assert = require('node:assert');
const test = require('node:test');
const util = require('node:util');

const formats = ['deflate', 'deflate-raw', 'gzip'];

function joined(chunks) {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function through(transform, chunks) {
  const out = [];
  for await (const chunk of ReadableStream.from(chunks).pipeThrough(transform)) {
    assert.ok(chunk instanceof Uint8Array && chunk.length > 0);
    out.push(chunk);
  }
  return joined(out);
}
const compress = (format, ...chunks) => through(new CompressionStream(format), chunks);
const decompress = (format, ...chunks) => through(new DecompressionStream(format), chunks);
const text = (bytes) => new TextDecoder().decode(bytes);
const bytesOf = (string) => new TextEncoder().encode(string);

// By another implementation of the formats.
const known = {
  'deflate': 'eJzLSM3JyVcozy/KSQEAGgsEXQ==', 'deflate-raw': 'y0jNyclXKM8vykkBAA==', 'gzip': 'H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==',
};
const unbase64 = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

test('interfaces and arguments', () => {
  for (const Class of [CompressionStream, DecompressionStream]) {
    assert.strictEqual(Class.length, 1);
    assert.strictEqual(Object.keys(Class.prototype).sort().join(' '), 'readable writable');
    assert.throws(() => Class.prototype.readable, { code: 'ERR_INVALID_THIS' });
    assert.throws(() => new Class(), TypeError);
    for (const format of ['', 'GZIP', 'zip', 'br', null, undefined, 1, 'toString', '__proto__']) assert.throws(() => new Class(format), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => new Class(Symbol()), TypeError);
    const stream = new Class({ toString: () => 'gzip' });
    assert.ok(stream.readable instanceof ReadableStream && stream.writable instanceof WritableStream);
    assert.strictEqual(stream.readable, stream.readable);
    assert.match(util.inspect(stream), new RegExp(`^${Class.name} \\{\n  readable: `));
    assert.strictEqual(require('node:stream/web')[Class.name], Class);
  }
});

test('what others compressed', async () => {
  for (const format of formats) {
    const input = unbase64(known[format]);
    assert.strictEqual(text(await decompress(format, input)), 'hello world');
    assert.strictEqual(text(await decompress(format, ...Array.from(input, (byte) => Uint8Array.of(byte)))), 'hello world');
    for (let cut = 1; cut < input.length; cut++) assert.strictEqual(text(await decompress(format, input.subarray(0, cut), input.subarray(cut))), 'hello world');
  }
});

test('round trips, of every kind of buffer', async () => {
  const large = new Uint8Array(100_000);
  for (let i = 0, x = 1; i < large.length; i++) large[i] = (x = (x * 1103515245 + 12345) >>> 0) >>> (i % 3 === 0 ? 24 : 30);
  for (const format of formats) {
    for (const chunks of [[], [new Uint8Array(0)], [bytesOf('a'), new Uint8Array(0), bytesOf('b')], [large], [large.subarray(0, 40_000), large.subarray(40_000)]]) {
      const original = joined(chunks);
      const squeezed = await compress(format, ...chunks);
      assert.ok(squeezed.length > 0 && squeezed.length < original.length + 64);
      assert.deepStrictEqual(await decompress(format, squeezed), original);
    }
    const words = new Uint16Array([1, 2, 3]);
    const all = await compress(format, words, words.buffer, new DataView(words.buffer, 1, 2), words.subarray(1));
    assert.deepStrictEqual([...await decompress(format, new DataView(all.buffer))], [1, 0, 2, 0, 3, 0, 1, 0, 2, 0, 3, 0, 0, 2, 2, 0, 3, 0]);
    const zeros = await compress(format, new Uint8Array(1 << 20));
    assert.ok(zeros.length < 2000);
  }
});

test('chunks that are no bytes', async () => {
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer;
  for (const Class of [CompressionStream, DecompressionStream]) {
    for (const chunk of [undefined, null, 1, 'text', {}, [1], shared, new Uint8Array(shared)]) {
      const { readable, writable } = new Class('gzip');
      const writer = writable.getWriter();
      const read = readable.getReader().read();
      await assert.rejects(writer.write(chunk), TypeError);
      await assert.rejects(read, TypeError);
      await assert.rejects(writer.closed, TypeError);
    }
  }
});

test('a detached chunk is an empty one', async () => {
  const chunk = bytesOf('gone');
  structuredClone(chunk.buffer, { transfer: [chunk.buffer] });
  const squeezed = await compress('gzip', chunk, bytesOf('x'), chunk.buffer);
  assert.strictEqual(text(await decompress('gzip', squeezed)), 'x');
});

test('malformed, truncated, and followed by something', async () => {
  for (const format of formats) {
    const good = unbase64(known[format]);
    await assert.rejects(decompress(format), TypeError);
    for (let length = 0; length < good.length; length++) await assert.rejects(decompress(format, good.subarray(0, length)), TypeError, `${format} ${length}`);
    await assert.rejects(decompress(format, joined([good, Uint8Array.of(0)])), TypeError);
    await assert.rejects(decompress(format, good, Uint8Array.of(0)), TypeError);
    await assert.rejects(decompress(format, joined([good, good])), TypeError);
    assert.strictEqual(text(await decompress(format, good, new Uint8Array(0))), 'hello world');
    await assert.rejects(decompress(format, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)), TypeError);
  }
  const changed = (format, at, value) => {
    const bytes = unbase64(known[format]);
    bytes.set([value], at < 0 ? bytes.length + at : at);
    return bytes;
  };
  for (const [format, at, value] of [['gzip', 0, 0], ['gzip', 2, 7], ['gzip', 3, 0xe0], ['gzip', -8, 0], ['gzip', -4, 0], ['deflate', 0, 0x79], ['deflate', 1, 0x9d], ['deflate', 1, 0xbb], ['deflate', -1, 0]])
    await assert.rejects(decompress(format, changed(format, at, value)), TypeError, `${format} ${at}`);
});

test('what came before the trailing bytes has been given to who was waiting', async () => {
  const { readable, writable } = new DecompressionStream('gzip');
  const reader = readable.getReader();
  const read = reader.read();
  const writer = writable.getWriter();
  const write = writer.write(joined([unbase64(known.gzip), Uint8Array.of(1)]));
  assert.strictEqual(text((await read).value), 'hello world');
  await assert.rejects(write, TypeError);
  await assert.rejects(reader.read(), TypeError);
});

test('a small chunk that becomes large comes as it is read', async () => {
  const size = 4 << 20;
  const parts = [];
  const zeros = new Uint8Array(1 << 20);
  for (let i = 0; i < size; i += zeros.length) parts.push(zeros);
  const small = await compress('gzip', ...parts);
  assert.ok(small.length < 40_000);
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  const input = small.slice();
  let written = false;
  const write = writer.write(input).then(() => { written = true; });
  const closing = writer.close();
  const reader = readable.getReader();
  let total = 0;
  let first = true;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    assert.ok(value.length <= 65536);
    total += value.length;
    if (first) {
      first = false;
      input.fill(0xff); // what was written was written
      await new Promise((resolve) => { setImmediate(resolve); });
      assert.strictEqual(written, false);
    }
  }
  assert.strictEqual(total, size);
  await Promise.all([write, closing]);
  // One that nobody reads to its end is let go.
  const other = new DecompressionStream('gzip');
  const pending = other.writable.getWriter().write(small.slice());
  const half = other.readable.getReader();
  await half.read();
  await half.cancel('enough');
  await pending.catch(() => {});
});

test('cancel and abort', async () => {
  for (const Class of [CompressionStream, DecompressionStream]) {
    const cancelled = new Class('gzip');
    await cancelled.readable.cancel('r');
    await assert.rejects(cancelled.writable.getWriter().write(bytesOf('a')), (reason) => reason === 'r');
    const aborted = new Class('gzip');
    await aborted.writable.abort('w');
    await assert.rejects(aborted.readable.getReader().read(), (reason) => reason === 'w');
  }
});
