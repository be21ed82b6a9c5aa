// TextEncoderStream and TextDecoderStream: characters cut by the ends of chunks, options, errors.
'use strict';
const assert = require('node:assert');
const test = require('node:test');
const util = require('node:util');

async function through(transform, chunks) {
  const out = [];
  for await (const chunk of ReadableStream.from(chunks).pipeThrough(transform)) out.push(chunk);
  return out;
}
const encoded = async (chunks) => (await through(new TextEncoderStream(), chunks)).map((chunk) => {
  assert.ok(chunk instanceof Uint8Array);
  return hexOf(chunk);
});
const hexOf = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (hex) => new Uint8Array(hex.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? []);

test('interfaces', () => {
  for (const [Class, members] of [[TextEncoderStream, 'encoding readable writable'], [TextDecoderStream, 'encoding fatal ignoreBOM readable writable']]) {
    assert.strictEqual(Class.length, 0);
    assert.strictEqual(Object.keys(Class.prototype).sort().join(' '), members);
    for (const key of members.split(' ')) assert.throws(() => Class.prototype[key], { code: 'ERR_INVALID_THIS' });
    assert.strictEqual(require('node:stream/web')[Class.name], Class);
    const stream = new Class();
    assert.strictEqual(stream.readable, stream.readable);
    assert.ok(stream.readable instanceof ReadableStream && stream.writable instanceof WritableStream);
  }
  assert.match(util.inspect(new TextEncoderStream()), /^TextEncoderStream \{\n  encoding: 'utf-8',\n  readable: ReadableStream .*,\n  writable: WritableStream .*\n\}$/);
});

test('TextEncoderStream', async () => {
  for (const [chunks, expected] of [
    [['a', 'é', '€'], ['61', 'c3a9', 'e282ac']],
    [[''], []],
    [['\ud83d', '\ude00'], ['f09f9880']],
    [['a\ud83d', '\ude00b'], ['61', 'f09f988062']],
    [['\ud83d', '', '\ude00'], ['f09f9880']],
    [['\ud83d', 'x'], ['efbfbd78']],
    [['\ud83d', '\ud83d', '\ude00'], ['efbfbd', 'f09f9880']],
    [['\ude00'], ['efbfbd']],
    [['a\ud83d'], ['61', 'efbfbd']],
    [[1, null, undefined, { toString: () => 'o' }], ['31', '6e756c6c', '756e646566696e6564', '6f']],
  ]) assert.deepStrictEqual(await encoded(chunks), expected, JSON.stringify(chunks));
  await assert.rejects(encoded([Symbol()]), TypeError);
  await assert.rejects(encoded([{ toString() { throw new RangeError('mine'); } }]), { name: 'RangeError', message: 'mine' });
});

test('TextDecoderStream', async () => {
  for (const [chunks, expected, args = []] of [
    [['61', 'c3a9'], ['a', 'é']],
    [['e2', '82', 'ac'], ['€']],
    [['f09f', '9880', ''], ['😀']],
    [['61e2', '62'], ['a', '\ufffdb']],
    [['e282'], ['\ufffd']],
    [['ef', 'bb', 'bf61'], ['a']],
    [['ef', 'bb', 'bf61'], ['\ufeffa'], ['utf-8', { ignoreBOM: true }]],
    [['61', '00', '3d', 'd8', '00de'], ['a', '😀'], ['utf-16le']],
    [['e9'], ['é'], ['latin1']],
  ]) assert.deepStrictEqual(await through(new TextDecoderStream(...args), chunks.map(bytes)), expected, chunks.join());
  const views = bytes('616263');
  assert.deepStrictEqual(await through(new TextDecoderStream(), [views.buffer, new DataView(views.buffer, 1), views.subarray(2)]), ['abc', 'bc', 'c']);
  for (const chunk of [undefined, null, 1, 'a', [1], {}]) await assert.rejects(through(new TextDecoderStream(), [chunk]), TypeError);
  const fatal = { fatal: true };
  for (const chunks of [['ff'], ['e2', '61'], ['e282']]) await assert.rejects(through(new TextDecoderStream('utf-8', fatal), chunks.map(bytes)), { name: 'TypeError', code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
});

test('arguments of TextDecoderStream', () => {
  const stream = new TextDecoderStream(' UTF8 ', { fatal: 1, ignoreBOM: 'x' });
  assert.deepStrictEqual([stream.encoding, stream.fatal, stream.ignoreBOM], ['utf-8', true, true]);
  assert.strictEqual(new TextDecoderStream(undefined, null).encoding, 'utf-8');
  assert.throws(() => new TextDecoderStream('no such'), RangeError);
  assert.throws(() => new TextDecoderStream('utf-8', { get fatal() { throw new SyntaxError('mine'); } }), SyntaxError);
});

test('a failed decoder ends both sides', async () => {
  const { readable, writable } = new TextDecoderStream('utf-8', { fatal: true });
  const reader = readable.getReader();
  const read = reader.read();
  const writer = writable.getWriter();
  await assert.rejects(writer.write(bytes('ff')), TypeError);
  await assert.rejects(read, TypeError);
  await assert.rejects(writer.closed, TypeError);
});
