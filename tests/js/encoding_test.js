// TextEncoder and TextDecoder: interfaces, labels, every way a sequence can be broken, chunks cut anywhere, every kind of buffer.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
const bytesOf = (...bytes) => new Uint8Array(bytes);
const invalidThis = (type) => ({ name: 'TypeError', code: 'ERR_INVALID_THIS', message: `Value of "this" must be of type ${type}` });

{ // interfaces
  for (const Class of [TextEncoder, TextDecoder]) {
    assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, Class.name) },
      { value: Class, writable: true, enumerable: false, configurable: true });
    assert.strictEqual(util[Class.name], Class);
    assert.strictEqual(Class.length, 0);
    assert.throws(() => Class(), TypeError);
    assert.strictEqual(Object.prototype.toString.call(new Class()), `[object ${Class.name}]`);
    assert.deepStrictEqual(Reflect.ownKeys(new Class()), []);
    for (const key of Object.getOwnPropertyNames(Class.prototype)) {
      const { get, value, enumerable } = Object.getOwnPropertyDescriptor(Class.prototype, key);
      assert.strictEqual(enumerable, key !== 'constructor', key);
      if (key === 'constructor') continue;
      for (const stranger of [{}, Class.prototype, Object.create(new Class())]) {
        assert.throws(() => (get ?? value).call(stranger), invalidThis(Class.name), key);
      }
    }
  }
  assert.strictEqual(TextEncoder.prototype.encode.length, 0);
  assert.strictEqual(TextEncoder.prototype.encodeInto.length, 2);
  assert.strictEqual(TextDecoder.prototype.decode.length, 0);
  assert.strictEqual(new TextEncoder('latin1').encoding, 'utf-8');
  assert.strictEqual(util.inspect(new TextDecoder('l1', { fatal: true })),
    "TextDecoder { encoding: 'windows-1252', fatal: true, ignoreBOM: false }");
  assert.strictEqual(util.inspect(new TextEncoder()), "TextEncoder { encoding: 'utf-8' }");
}

{ // encode
  const encoder = new TextEncoder();
  for (const [text, bytes] of [
    [undefined, ''], ['', ''], ['a', '61'], ['é', 'c3 a9'], ['€', 'e2 82 ac'], ['😀', 'f0 9f 98 80'], ['\0', '00'], ['\ufeff', 'ef bb bf'],
    ['\ud800', 'ef bf bd'], ['\udc00', 'ef bf bd'], ['a\ud800b', '61 ef bf bd 62'], ['\udc00\ud800', 'ef bf bd ef bf bd'],
    ['\ud83d\ud83d\ude00', 'ef bf bd f0 9f 98 80'], [null, '6e 75 6c 6c'], [12, '31 32'], [{ toString: () => 'x' }, '78'],
    ['\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}', '7f c2 80 df bf e0 a0 80 ef bf bf f0 90 80 80 f4 8f bf bf'],
  ]) assert.strictEqual(hex(encoder.encode(text)), bytes);
  assert.throws(() => encoder.encode(Symbol('s')), TypeError);
  const result = encoder.encode('abc');
  assert.strictEqual(result.constructor, Uint8Array);
  assert.strictEqual(result.buffer.byteLength, 3);
  assert.strictEqual(result.byteOffset, 0);
  assert.notStrictEqual(encoder.encode('abc').buffer, result.buffer);
  for (const size of [1, 191, 192, 193, 5460, 5461, 5462, 16383, 16384, 16385, 70_000]) {
    for (const unit of ['x', 'é', '€', '😀']) {
      const text = unit.repeat(size);
      const bytes = encoder.encode(text);
      const count = encoder.encode(unit).length * size;
      assert.strictEqual(bytes.length, count);
      assert.strictEqual(new TextDecoder().decode(bytes), text);
      assert.strictEqual(structuredClone(bytes, { transfer: [bytes.buffer] }).length, count);
      assert.strictEqual(bytes.length, 0, 'what encode() returns can be transferred');
    }
  }
  // A text put together from parts, and one whose characters would fit into bytes but are not kept so.
  let rope = '';
  for (let i = 0; i < 1000; i++) rope += i % 100 === 0 ? 'ö' : 'o';
  assert.strictEqual(encoder.encode(rope).length, 1010);
  assert.strictEqual(hex(encoder.encode('\u20acé'.slice(1))), 'c3 a9');
}

{ // encodeInto
  const encoder = new TextEncoder();
  for (const [text, room, read, bytes] of [
    ['', 0, 0, ''], ['abc', 0, 0, ''], ['abc', 2, 2, '61 62'], ['abc', 5, 3, '61 62 63 00 00'], ['a€b', 3, 1, '61 00 00'],
    ['a€b', 4, 2, '61 e2 82 ac'], ['😀', 3, 0, '00 00 00'], ['😀x', 4, 2, 'f0 9f 98 80'], ['\ud83d', 3, 1, 'ef bf bd'], ['é', 1, 0, '00'],
  ]) {
    const target = new Uint8Array(room);
    const outcome = encoder.encodeInto(text, target);
    assert.strictEqual(outcome.read, read);
    assert.strictEqual(outcome.written, hex(target).replace(/( ?00)+$/, '').split(' ').filter(Boolean).length);
    assert.strictEqual(hex(target), bytes);
    assert.deepStrictEqual(Object.keys(outcome), ['read', 'written']);
  }
  const inner = new Uint8Array(new ArrayBuffer(8), 2, 3);
  encoder.encodeInto('xyzw', inner);
  assert.strictEqual(hex(new Uint8Array(inner.buffer)), '00 00 78 79 7a 00 00 00');
  const resizable = new ArrayBuffer(2, { maxByteLength: 10 });
  const following = new Uint8Array(resizable);
  resizable.resize(6);
  assert.deepStrictEqual(encoder.encodeInto('1234567', following), { read: 6, written: 6 });
  const outside = new Uint8Array(resizable, 4, 2);
  resizable.resize(5);
  assert.deepStrictEqual(encoder.encodeInto('1', outside), { read: 0, written: 0 });
  // Across the border of every buffer of ours, with pairs that must not be cut.
  for (const unit of ['x', 'é', '€', '😀', 'a😀']) {
    const text = unit.repeat(20_000);
    const whole = encoder.encode(text);
    for (const room of [16_383, 16_384, 16_385, 32_768, 50_001, whole.length]) {
      const target = new Uint8Array(room);
      const { read, written } = encoder.encodeInto(text, target);
      const size = encoder.encode(text.slice(0, read)).length;
      assert.strictEqual(written, size);
      assert.ok(room - written < 4 || read === text.length);
      assert.deepStrictEqual(target.subarray(0, written), whole.subarray(0, written));
    }
  }
  for (const [source, target, message] of [
    [undefined, undefined, 'The "src" argument must be of type string. Received undefined'],
    [1, new Uint8Array(1), 'The "src" argument must be of type string. Received type number (1)'],
    ['a', undefined, 'The "dest" argument must be an instance of Uint8Array. Received undefined'],
    ['a', [], 'The "dest" argument must be an instance of Uint8Array. Received an instance of Array'],
    ['a', new Uint8ClampedArray(1), 'The "dest" argument must be an instance of Uint8Array. Received an instance of Uint8ClampedArray'],
  ]) assert.throws(() => encoder.encodeInto(source, target), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message });
}

{ // labels
  for (const [encoding, labels] of [
    ['utf-8', 'utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8'],
    ['utf-16le', 'utf-16le utf-16 ucs-2 unicode csunicode iso-10646-ucs-2 unicodefeff'],
    ['utf-16be', 'utf-16be unicodefffe'],
    ['windows-1252', 'ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 ' +
      'iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252'],
  ]) {
    for (const label of labels.split(' ')) {
      for (const form of [label, label.toUpperCase(), `\t\n\f\r ${label} \r`]) {
        assert.strictEqual(new TextDecoder(form).encoding, encoding, JSON.stringify(form));
      }
    }
  }
  assert.strictEqual(new TextDecoder().encoding, 'utf-8');
  assert.strictEqual(new TextDecoder(undefined).encoding, 'utf-8');
  for (const label of ['', ' ', 'utf', 'utf-32', '\vutf-8', 'utf-8\0', 'utf-8\u00a0', 'ut\u2170-8', '\u212a', 'replacement', 'latin\u0131', null]) {
    assert.throws(() => new TextDecoder(label),
      { name: 'RangeError', code: 'ERR_ENCODING_NOT_SUPPORTED', message: `The "${label}" encoding is not supported` });
  }
  for (const options of [1, 'x', true]) {
    assert.throws(() => new TextDecoder('utf-8', options), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => new TextDecoder().decode(bytesOf(), options), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  }
  const decoder = new TextDecoder('utf-8', { fatal: 1, ignoreBOM: 'yes' });
  assert.strictEqual(decoder.fatal, true);
  assert.strictEqual(decoder.ignoreBOM, true);
  assert.strictEqual(new TextDecoder('utf-8', null).fatal, false);
}

// What is malformed, and the text with replacements.
const broken = [
  [[0x80], '\ufffd'], [[0xff], '\ufffd'], [[0xc3], '\ufffd'], [[0xc0, 0xaf], '\ufffd\ufffd'], [[0xe0, 0x80, 0xaf], '\ufffd\ufffd\ufffd'],
  [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'], [[0xf4, 0x90, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'], [[0xf0, 0x9f, 0x98], '\ufffd'],
  [[0xf0, 0x9f, 0x41], '\ufffdA'], [[0x41, 0xe2, 0x82, 0x41], 'A\ufffdA'], [[0xf5, 0x80], '\ufffd\ufffd'], [[0xe2, 0x82, 0xe2, 0x82, 0xac], '\ufffd€'],
];
{ // utf-8
  const decoder = new TextDecoder();
  const fatal = new TextDecoder('utf-8', { fatal: true });
  const error = { name: 'TypeError', code: 'ERR_ENCODING_INVALID_ENCODED_DATA', message: 'The encoded data was not valid for encoding utf-8' };
  assert.strictEqual(decoder.decode(), '');
  assert.strictEqual(decoder.decode(undefined, undefined), '');
  for (const [bytes, text] of broken) {
    assert.strictEqual(decoder.decode(bytesOf(...bytes)), text, hex(bytes));
    assert.throws(() => fatal.decode(bytesOf(...bytes)), error, hex(bytes));
    assert.strictEqual(fatal.decode(bytesOf(0x6f, 0x6b)), 'ok', 'and goes on');
    // Far from the start, too.
    const far = new Uint8Array(40_000).fill(0x61);
    far.set(bytes, 39_000);
    assert.strictEqual(decoder.decode(far).slice(38_999, 39_000 + text.length), `a${text}`);
    assert.throws(() => fatal.decode(far), error);
  }
  const mark = bytesOf(0xef, 0xbb, 0xbf, 0x41);
  assert.strictEqual(decoder.decode(mark), 'A');
  assert.strictEqual(new TextDecoder('utf-8', { ignoreBOM: true }).decode(mark), '\ufeffA');
  assert.strictEqual(decoder.decode(bytesOf(0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf)), '\ufeff');
  assert.strictEqual(decoder.decode(bytesOf(0xef, 0xbb)), '\ufffd');
  assert.strictEqual(decoder.decode(bytesOf(0xef)), '\ufffd'); // what the mark left behind is not looked at
}

{ // utf-16 and windows-1252
  const le = new TextDecoder('utf-16le');
  assert.strictEqual(le.decode(bytesOf(0x41, 0, 0xac, 0x20, 0x3d, 0xd8, 0, 0xde)), 'A€😀');
  assert.strictEqual(new TextDecoder('utf-16be').decode(bytesOf(0, 0x41, 0x20, 0xac, 0xd8, 0x3d, 0xde, 0)), 'A€😀');
  assert.strictEqual(le.decode(bytesOf(0xff, 0xfe, 0x41, 0)), 'A');
  assert.strictEqual(new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytesOf(0xff, 0xfe, 0x41, 0)), '\ufeffA');
  assert.strictEqual(new TextDecoder('utf-16be').decode(bytesOf(0xfe, 0xff, 0, 0x41)), 'A');
  for (const [bytes, text] of [
    [[0x41], '\ufffd'], [[0x3d, 0xd8], '\ufffd'], [[0, 0xde], '\ufffd'], [[0x3d, 0xd8, 0x41, 0], '\ufffdA'], [[0x3d, 0xd8, 0x41], '\ufffd'],
    [[0x3d, 0xd8, 0x3d, 0xd8, 0, 0xde], '\ufffd😀'], [[0x41, 0, 0x41], 'A\ufffd'],
  ]) {
    assert.strictEqual(le.decode(bytesOf(...bytes)), text, hex(bytes));
    assert.throws(() => new TextDecoder('utf-16', { fatal: true }).decode(bytesOf(...bytes)),
      { code: 'ERR_ENCODING_INVALID_ENCODED_DATA', message: 'The encoded data was not valid for encoding utf-16le' });
  }
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const text = new TextDecoder('latin1', { fatal: true }).decode(all);
  assert.strictEqual(text.length, 256);
  assert.strictEqual(text.slice(0x80, 0xa0), '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ');
  for (let i = 0; i < 256; i++) if (i < 0x80 || i > 0x9f) assert.strictEqual(text.charCodeAt(i), i);
}

{ // chunks: however a text is cut, the parts together give what the whole gives
  const texts = ['\ufeffé€😀', 'a😀b€cé', '\ud83d', 'plain'];
  const inputs = broken.map(([bytes]) => ['utf-8', bytesOf(...bytes)]);
  for (const text of texts) {
    inputs.push(['utf-8', new TextEncoder().encode(text)]);
    const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    inputs.push(['utf-16le', bytesOf(...units.flatMap((unit) => [unit & 255, unit >> 8]))]);
    inputs.push(['utf-16be', bytesOf(...units.flatMap((unit) => [unit >> 8, unit & 255]), 0x41)]);
  }
  for (const [encoding, bytes] of inputs) {
    for (const options of [{}, { ignoreBOM: true }, { fatal: true }]) {
      const attempt = (run) => {
        try { return run(new TextDecoder(encoding, options)); } catch (error) { return error.code; }
      };
      const whole = attempt((decoder) => decoder.decode(bytes));
      for (let first = 0; first <= bytes.length; first++) {
        for (let second = first; second <= bytes.length; second++) {
          const parts = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)];
          assert.strictEqual(attempt((decoder) => parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()),
            whole, `${encoding} ${hex(bytes)} cut at ${first} and ${second}`);
          assert.strictEqual(attempt((decoder) =>
            decoder.decode(parts[0], { stream: true }) + decoder.decode(parts[1], { stream: true }) + decoder.decode(parts[2])), whole);
        }
      }
    }
  }
  const decoder = new TextDecoder();
  assert.strictEqual(decoder.decode(bytesOf(0xf0, 0x9f), { stream: true }), '');
  assert.strictEqual(decoder.decode(bytesOf(0x41), { stream: true }), '\ufffdA', 'told as soon as it is certain');
  assert.strictEqual(decoder.decode(bytesOf(0xed, 0xa0), { stream: true }), '\ufffd\ufffd', 'a surrogate is certain after two bytes');
  assert.strictEqual(decoder.decode(), '');
  assert.strictEqual(decoder.decode(bytesOf(0xef, 0xbb, 0xbf, 0x41)), 'A', 'a new text may have a mark of its own');
}

{ // every kind of buffer
  const decoder = new TextDecoder();
  const buffer = new TextEncoder().encode('0123456789').buffer;
  assert.strictEqual(decoder.decode(buffer), '0123456789');
  assert.strictEqual(decoder.decode(new DataView(buffer, 2, 3)), '234');
  assert.strictEqual(decoder.decode(new Uint16Array(buffer, 2, 2)), '2345');
  assert.strictEqual(decoder.decode(new Float64Array(buffer, 0, 1)), '01234567');
  assert.strictEqual(decoder.decode(new (class extends Uint8Array {})(buffer, 8)), '89');
  const resizable = new ArrayBuffer(4, { maxByteLength: 8 });
  const views = [new Uint8Array(resizable), new Uint8Array(resizable, 1, 3), new DataView(resizable), new DataView(resizable, 1, 3), new Int8Array(resizable, 3, 1)];
  views[0].set(bytesOf(0x61, 0x62, 0x63, 0x64));
  assert.deepStrictEqual(views.map((view) => decoder.decode(view)), ['abcd', 'bcd', 'abcd', 'bcd', 'd']);
  resizable.resize(2);
  assert.deepStrictEqual(views.map((view) => decoder.decode(view)), ['ab', '', 'ab', '', '']);
  assert.strictEqual(decoder.decode(resizable), 'ab');
  const view = new Uint8Array(buffer);
  const dataView = new DataView(buffer);
  buffer.transfer();
  assert.deepStrictEqual([view, dataView, buffer].map((gone) => decoder.decode(gone)), ['', '', '']);
  assert.strictEqual(decoder.decode(view, { stream: true }), '');
  assert.strictEqual(decoder.decode(bytesOf(0xc3), { stream: true }) + decoder.decode(view, { stream: true }) + decoder.decode(bytesOf(0xa9)), 'é');
  if (typeof SharedArrayBuffer === 'function') {
    const shared = new SharedArrayBuffer(3);
    new Uint8Array(shared).set(bytesOf(0x78, 0x79, 0x7a));
    assert.strictEqual(decoder.decode(shared), 'xyz');
    assert.strictEqual(decoder.decode(new Uint8Array(shared, 1)), 'yz');
    assert.deepStrictEqual(new TextEncoder().encodeInto('ab', new Uint8Array(shared)), { read: 2, written: 2 });
  }
  for (const other of [null, 1, '', [], {}, () => {}, new Proxy(new Uint8Array(1), {})]) {
    assert.throws(() => decoder.decode(other), {
      name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE',
      message: 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.',
    });
  }
  const source = new Uint8Array(20_000).fill(0x61);
  assert.strictEqual(decoder.decode(source).length, 20_000);
  source.buffer.transfer();
  assert.strictEqual(source.length, 0, 'what was decoded can be transferred');
}

{ // random bytes: equal to a decoder written from the standard's table
  let seed = 3;
  const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
  const leads = [0x41, 0x7f, 0x80, 0xbf, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff, 0x9f, 0xa0, 0x8f, 0x90];
  function slowly(bytes) {
    let text = '';
    let needed = 0, seen = 0, point = 0, lower = 0x80, upper = 0xbf;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (needed === 0) {
        if (byte < 0x80) text += String.fromCharCode(byte);
        else if (byte >= 0xc2 && byte <= 0xdf) { needed = 1; point = byte & 0x1f; }
        else if (byte >= 0xe0 && byte <= 0xef) {
          if (byte === 0xe0) lower = 0xa0;
          if (byte === 0xed) upper = 0x9f;
          needed = 2; point = byte & 0xf;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          if (byte === 0xf0) lower = 0x90;
          if (byte === 0xf4) upper = 0x8f;
          needed = 3; point = byte & 7;
        } else text += '\ufffd';
        continue;
      }
      if (byte < lower || byte > upper) {
        needed = seen = point = 0; lower = 0x80; upper = 0xbf;
        text += '\ufffd';
        i--;
        continue;
      }
      lower = 0x80; upper = 0xbf;
      point = (point << 6) | (byte & 0x3f);
      if (++seen < needed) continue;
      text += String.fromCodePoint(point);
      needed = seen = point = 0;
    }
    return needed > 0 ? `${text}\ufffd` : text;
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from({ length: random(40) }, () => (random(3) === 0 ? random(256) : leads[random(leads.length)]));
    const text = slowly(bytes);
    assert.strictEqual(decoder.decode(bytes), text, hex(bytes));
    assert.strictEqual(new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)), text);
    const cut = random(bytes.length + 1);
    assert.strictEqual(decoder.decode(bytes.subarray(0, cut), { stream: true }) + decoder.decode(bytes.subarray(cut)), text, hex(bytes));
  }
}
console.log('encoding: ok');
