// TextDecoder for everything but UTF-8, UTF-16 and windows-1252: labels, one text of each encoding, chunks cut anywhere, errors, buffers.
'use strict';
const assert = require('node:assert');

const bytesOf = (...bytes) => new Uint8Array(bytes);
const decode = (label, bytes, options) => new TextDecoder(label, options).decode(Uint8Array.from(bytes));
const notValid = (name) => ({ name: 'TypeError', code: 'ERR_ENCODING_INVALID_ENCODED_DATA', message: `The encoded data was not valid for encoding ${name}` });

// A text of each encoding, with bytes that other encodings have other meanings for.
const samples = {
  __proto__: null,
  ibm866: [[0x8f, 0xf0, 0xfd], 'ПЁ¤'], 'iso-8859-2': [[0xa1, 0xb1, 0xff], 'Ąą˙'], 'iso-8859-3': [[0xa1, 0xd8, 0xfe], 'ĦĜŝ'],
  'iso-8859-4': [[0xa2, 0xb9, 0xfe], 'ĸšū'], 'iso-8859-5': [[0xa1, 0xd0, 0xf0], 'Ёа№'], 'iso-8859-6': [[0xac, 0xc7, 0xf2], '،اْ'],
  'iso-8859-7': [[0xa1, 0xa4, 0xe1], '‘€α'], 'iso-8859-8': [[0xaa, 0xe0, 0xfd], '×א\u200e'], 'iso-8859-8-i': [[0xaa, 0xe0, 0xfe], '×א\u200f'],
  'iso-8859-10': [[0xa2, 0xbd, 0xff], 'Ē―ĸ'], 'iso-8859-13': [[0xa1, 0xc0, 0xff], '”Ą’'], 'iso-8859-14': [[0xa1, 0xd0, 0xf7], 'ḂŴṫ'],
  'iso-8859-15': [[0xa4, 0xa6, 0xbe], '€ŠŸ'], 'iso-8859-16': [[0xa1, 0xa4, 0xaa], 'Ą€Ș'], 'koi8-r': [[0xc1, 0xa3, 0xb3], 'аёЁ'],
  'koi8-u': [[0xa4, 0xae, 0xbe], 'єўЎ'], macintosh: [[0xf0, 0xa5, 0xdb], '\uf8ff•€'], 'windows-874': [[0x80, 0xa1, 0xfb], '€ก๛'],
  'windows-1250': [[0x80, 0xa5, 0x9a], '€Ąš'], 'windows-1251': [[0x88, 0xc0, 0xff], '€Ая'], 'windows-1253': [[0x80, 0xa2, 0xe1], '€Ά\u03b1'],
  'windows-1254': [[0xd0, 0xdd, 0xfe], 'Ğİş'], 'windows-1255': [[0xca, 0xe0, 0xa4], '\u05baא₪'], 'windows-1256': [[0x81, 0xc7, 0xff], 'پاے'],
  'windows-1257': [[0xa8, 0xc0, 0xff], 'ØĄ˙'], 'windows-1258': [[0xd2, 0xfe, 0xc3], '\u0309₫Ă'], 'x-mac-cyrillic': [[0x80, 0xa2, 0xff], 'АҐ€'],
  'x-user-defined': [[0x7f, 0x80, 0xff], '\x7f\uf780\uf7ff'],
  gbk: [[0xc4, 0xe3, 0x80, 0x81, 0x30, 0x81, 0x30], '你€\x80'], gb18030: [[0xa6, 0xd9, 0x90, 0x30, 0x81, 0x30, 0x81, 0x40], '\ufe10\u{10000}丂'],
  big5: [[0xa7, 0x41, 0x88, 0x62, 0x87, 0x45], '你Ê\u0304\u{27267}'], 'euc-jp': [[0xa4, 0xa2, 0x8f, 0xb0, 0xa1, 0x8e, 0xb1], 'あ丂ｱ'],
  'iso-2022-jp': [[0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x4a, 0x5c, 0x1b, 0x28, 0x49, 0x31, 0x1b, 0x28, 0x42, 0x5c], 'あ¥ｱ\\'],
  shift_jis: [[0x82, 0xa0, 0xb1, 0xfa, 0x40, 0xf0, 0x40], 'あｱⅰ\ue000'], 'euc-kr': [[0xb0, 0xa1, 0x81, 0x41], '가갂'],
};

{ // the text, at once and in chunks of every two sizes
  for (const name in samples) {
    const [bytes, text] = samples[name];
    const all = Uint8Array.from(bytes);
    for (const fatal of [false, true]) {
      const decoder = new TextDecoder(name, { fatal });
      assert.strictEqual(decoder.encoding, name);
      assert.strictEqual(decoder.decode(all), text, name);
      assert.strictEqual(decoder.decode(all.buffer), text, name);
      assert.strictEqual(decoder.decode(new DataView(all.buffer)), text, name);
      for (let first = 0; first <= all.length; first++) {
        for (let second = first; second <= all.length; second++) {
          let got = decoder.decode(all.subarray(0, first), { stream: true });
          got += decoder.decode(all.subarray(first, second), { stream: true });
          got += decoder.decode(all.subarray(second));
          assert.strictEqual(got, text, `${name} ${first} ${second}`);
        }
      }
      // Large enough to go past the scratch, a character cut by its end.
      const many = new Uint8Array(bytes.length * 5000);
      for (let i = 0; i < 5000; i++) many.set(all, i * bytes.length);
      if (name === 'iso-2022-jp') continue; // each repetition begins with an escape behind an escape's text: the same, but for that
      assert.ok(decoder.decode(many) === text.repeat(5000), name);
      assert.ok(decoder.decode(many.subarray(0, 16385), { stream: true }) + decoder.decode(many.subarray(16385)) === text.repeat(5000), name);
    }
    assert.strictEqual(decode(name, []), '');
    assert.strictEqual(decode(name, [0x41, 0x42]), 'AB');
  }
}

{ // labels
  for (const [label, name] of [
    ['866', 'ibm866'], ['LATIN2', 'iso-8859-2'], ['iso-ir-109', 'iso-8859-3'], ['l4', 'iso-8859-4'], ['cyrillic', 'iso-8859-5'], ['arabic', 'iso-8859-6'],
    ['iso-8859-6-e', 'iso-8859-6'], ['sun_eu_greek', 'iso-8859-7'], ['visual', 'iso-8859-8'], ['logical', 'iso-8859-8-i'], ['latin6', 'iso-8859-10'],
    ['iso885913', 'iso-8859-13'], ['iso8859-14', 'iso-8859-14'], ['l9', 'iso-8859-15'], ['koi', 'koi8-r'], ['koi8-ru', 'koi8-u'], ['mac', 'macintosh'],
    ['tis-620', 'windows-874'], ['iso-8859-11', 'windows-874'], ['cp1250', 'windows-1250'], ['latin5', 'windows-1254'], ['iso-8859-9', 'windows-1254'],
    ['x-mac-ukrainian', 'x-mac-cyrillic'], ['gb2312', 'gbk'], ['chinese', 'gbk'], ['GB18030', 'gb18030'], ['big5-hkscs', 'big5'], ['x-euc-jp', 'euc-jp'],
    ['csiso2022jp', 'iso-2022-jp'], ['sjis', 'shift_jis'], ['ms932', 'shift_jis'], [' \t\n\f\rwindows-31j ', 'shift_jis'], ['korean', 'euc-kr'],
    ['ks_c_5601-1987', 'euc-kr'], ['x-user-defined', 'x-user-defined'],
  ]) assert.strictEqual(new TextDecoder(label).encoding, name, label);
  for (const label of ['replacement', 'hz-gb-2312', 'iso-2022-kr', 'iso-2022-cn', 'csiso2022kr', 'utf-7', 'utf-32', 'big5\0', 'shift_jis\u00a0', '\u212aoi8-r', 'cp850', ''])
    assert.throws(() => new TextDecoder(label), { name: 'RangeError', code: 'ERR_ENCODING_NOT_SUPPORTED' }, label);
}

{ // what is malformed, replaced and refused; the decoder can be used again
  for (const [name, bytes, text] of [
    ['windows-1253', [0x41, 0xaa], 'A\ufffd'], ['windows-874', [0xdb, 0xfc], '\ufffd\ufffd'], ['windows-1255', [0xd9, 0xff], '\ufffd\ufffd'], ['windows-1257', [0xa1, 0xa5], '\ufffd\ufffd'],
    ['iso-8859-3', [0xa5], '\ufffd'], ['iso-8859-6', [0xa1], '\ufffd'], ['iso-8859-7', [0xff], '\ufffd'], ['iso-8859-8', [0xa1], '\ufffd'],
    ['gbk', [0xff], '\ufffd'], ['gbk', [0x81], '\ufffd'], ['gb18030', [0x81, 0x30], '\ufffd'], ['gb18030', [0x81, 0x30, 0x81], '\ufffd'],
    ['gb18030', [0x81, 0x30, 0x81, 0x7f], '\ufffd0\ufffd\x7f'], ['gb18030', [0x81, 0x30, 0x0a], '\ufffd0\n'], ['gb18030', [0xfe, 0x39, 0xfe, 0x39], '\ufffd'],
    ['gb18030', [0xe3, 0x32, 0x9a, 0x35], '\u{10ffff}'], ['gb18030', [0xe3, 0x32, 0x9a, 0x36], '\ufffd'],
    ['big5', [0x80], '\ufffd'], ['big5', [0x87, 0x40, 0x81, 0x40], '䏰\ufffd@'], ['big5', [0xa1, 0xff], '\ufffd'],
    ['euc-jp', [0x8e, 0xff], '\ufffd'], ['euc-jp', [0x8e, 0x41], '\ufffdA'], ['euc-jp', [0x8f, 0xa1, 0x41], '\ufffdA'], ['euc-jp', [0x8f, 0xa1], '\ufffd'], ['euc-jp', [0x80], '\ufffd'],
    ['shift_jis', [0x80, 0xa0, 0xfd, 0x81, 0x7f], '\x80\ufffd\ufffd\ufffd\x7f'], ['shift_jis', [0xe0], '\ufffd'], ['euc-kr', [0x81, 0x40], '\ufffd@'], ['euc-kr', [0xc9, 0xa1], '\ufffd'],
    ['iso-2022-jp', [0x1b, 0x28, 0x42, 0x1b, 0x28, 0x42], '\ufffd'], ['iso-2022-jp', [0x1b], '\ufffd'], ['iso-2022-jp', [0x1b, 0x24], '\ufffd$'], ['iso-2022-jp', [0x0e], '\ufffd'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24], '\ufffd'], ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x1b, 0x28, 0x42, 0x41], '\ufffdA'], ['iso-2022-jp', [0x80], '\ufffd'],
  ]) {
    assert.strictEqual(decode(name, bytes), text, `${name} ${bytes}`);
    const strict = new TextDecoder(name, { fatal: true });
    if (!text.includes('\ufffd')) {
      assert.strictEqual(strict.decode(Uint8Array.from(bytes)), text);
      continue;
    }
    assert.throws(() => strict.decode(Uint8Array.from(bytes)), notValid(name));
    assert.throws(() => {
      for (const byte of bytes) strict.decode(bytesOf(byte), { stream: true });
      strict.decode();
    }, notValid(name));
    strict.decode(); // whatever was left of the stream, without it
    assert.strictEqual(strict.decode(Uint8Array.from(samples[name][0])), samples[name][1]);
  }
}

{ // a stream is begun anew: nothing of the last one is left
  const decoder = new TextDecoder('iso-2022-jp');
  assert.strictEqual(decoder.decode(bytesOf(0x1b, 0x24, 0x42, 0x24), { stream: true }), '');
  assert.strictEqual(decoder.decode(), '\ufffd');
  assert.strictEqual(decoder.decode(bytesOf(0x24, 0x22)), '$"', 'in ASCII again');
  const sjis = new TextDecoder('sjis');
  assert.strictEqual(sjis.decode(bytesOf(0x82), { stream: true }), '');
  assert.strictEqual(sjis.decode(undefined, { stream: true }), '');
  assert.strictEqual(sjis.decode(bytesOf(0xa0), { stream: true }), 'あ');
  assert.strictEqual(sjis.decode(), '');
  // What was kept is a copy.
  const chunk = bytesOf(0x82);
  sjis.decode(chunk, { stream: true });
  chunk[0] = 0x41;
  assert.strictEqual(sjis.decode(bytesOf(0xa0)), 'あ');
}

{ // no legacy encoding has a byte order mark
  assert.strictEqual(decode('x-user-defined', [0xef, 0xbb, 0xbf, 0x41]), '\uf7ef\uf7bb\uf7bfA');
  assert.strictEqual(decode('gb18030', [0x84, 0x31, 0x95, 0x33, 0x41]), '\ufeffA');
  assert.strictEqual(decode('gb18030', [0x84, 0x31, 0x95, 0x33], { ignoreBOM: true }), '\ufeff');
}

{ // buffers: detached, shared, with a prototype that was tampered with
  const gone = bytesOf(0x82, 0xa0);
  structuredClone(gone, { transfer: [gone.buffer] });
  assert.strictEqual(new TextDecoder('sjis').decode(gone), '');
  if (typeof SharedArrayBuffer === 'function') { // an engine may have none
    const shared = new Uint8Array(new SharedArrayBuffer(2));
    shared.set([0x82, 0xa0]);
    assert.strictEqual(new TextDecoder('sjis').decode(shared), 'あ');
  }
  const { slice } = Uint8Array.prototype;
  const { set } = Object.getPrototypeOf(Uint8Array.prototype);
  Object.getPrototypeOf(Uint8Array.prototype).set = () => { throw new Error('never'); };
  Uint8Array.prototype.slice = () => { throw new Error('never'); };
  try {
    const decoder = new TextDecoder('sjis');
    assert.strictEqual(decoder.decode(bytesOf(0x82), { stream: true }) + decoder.decode(bytesOf(0xa0)), 'あ');
  } finally {
    Object.getPrototypeOf(Uint8Array.prototype).set = set;
    Uint8Array.prototype.slice = slice;
  }
}

{ // every byte of every single-byte encoding has one meaning or none
  for (const name of Object.keys(samples).slice(0, 28)) {
    const seen = new Set();
    for (let byte = 0x80; byte < 0x100; byte++) {
      const text = decode(name, [byte]);
      assert.strictEqual(text.length, 1);
      if (text !== '\ufffd') assert.ok(!seen.has(text), `${name} ${byte}`);
      seen.add(text);
    }
  }
}
console.log('legacy encodings: ok');
