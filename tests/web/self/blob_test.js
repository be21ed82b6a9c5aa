// Blob: what one can be made of, slices, every way to read it, structuredClone(), and programs that changed the language's own objects.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const conversion = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const list = (buffer) => [...new Uint8Array(buffer)];

async function main() {
  { // the interface
    assert.deepStrictEqual([Blob.length, Blob.name, String(new Blob())], [0, 'Blob', '[object Blob]']);
    assert.deepStrictEqual(Object.keys(Blob.prototype), ['size', 'type', 'slice', 'arrayBuffer', 'bytes', 'text', 'stream']);
    assert.deepStrictEqual(['slice', 'arrayBuffer', 'bytes', 'text', 'stream'].map((key) => Blob.prototype[key].length), [0, 0, 0, 0, 0]);
    const global = Object.getOwnPropertyDescriptor(globalThis, 'Blob');
    assert.deepStrictEqual([global.enumerable, global.writable, global.configurable], [false, true, true]);
    assert.throws(() => Blob(), TypeError);
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Blob' };
    for (const self of [undefined, null, 1, {}, Blob.prototype, Object.create(Blob.prototype), new Proxy(new Blob(), {})]) {
      for (const key of ['size', 'type']) assert.throws(() => Reflect.get(Blob.prototype, key, self), wrong);
      assert.throws(() => Blob.prototype.slice.call(self), wrong);
      assert.throws(() => Blob.prototype.stream.call(self), wrong);
      for (const key of ['arrayBuffer', 'bytes', 'text']) await assert.rejects(Blob.prototype[key].call(self), wrong); // a promise all the same
    }
  }

  // [parts, text]
  for (const [parts, text] of [
    [undefined, ''], [[], ''], [['a', 'b'], 'ab'], [[1, null, undefined, true, 2n, [3, 4], {}], '1nullundefinedtrue23,4[object Object]'],
    [['é😀'], 'é😀'], [['\ud800'], '\ufffd'], [['\r\n\n\r'], '\r\n\n\r'], [[new Uint8Array([97, 98])], 'ab'], [[new Uint8Array([97, 98]).buffer], 'ab'],
    [[new Uint16Array([0x6261, 0x6463]).subarray(1)], 'cd'], [[new DataView(new Uint8Array([97, 98, 99]).buffer, 1, 1)], 'b'],
    [[new Blob(['x']), 'y', new Blob(['z'])], 'xyz'], [new Set(['a', 'b']), 'ab'], [new String('ab'), 'ab'], [new Uint8Array([1, 23]), '123'],
    [[{ toString: () => 'x' }, { toString: undefined, valueOf: () => 'y' }], 'xy'], [(function* () { yield 'a'; yield 'b'; })(), 'ab'],
    [[new Uint8Array(0), '', new ArrayBuffer(0), new Blob()], ''], [['\ufeffa'], 'a'], [[new Uint8Array([0xff, 97])], '\ufffda'],
  ]) assert.strictEqual(await new Blob(parts).text(), text, util.inspect(parts));

  for (const parts of [null, 1, 'ab', true, Symbol('s'), {}, { length: 1, 0: 'a' }, { [Symbol.iterator]: 1 }, /a/]) assert.throws(() => new Blob(parts), conversion);
  for (const iterator of [() => 1, () => ({ next: () => 1 })]) assert.throws(() => new Blob({ [Symbol.iterator]: iterator }), conversion);
  assert.throws(() => new Blob([Symbol('s')]), TypeError);
  const refused = [new ArrayBuffer(1, { maxByteLength: 2 })];
  if (typeof SharedArrayBuffer === 'function') refused.push(new SharedArrayBuffer(1)); // an engine may have none
  for (const memory of refused) for (const part of [memory, new Uint8Array(memory), new DataView(memory)]) assert.throws(() => new Blob([part]), conversion);

  { // the bytes are those at the time of the call
    const bytes = new Uint8Array([1, 2, 3]);
    const blob = new Blob([bytes]);
    bytes[0] = 9;
    assert.deepStrictEqual(list(await blob.arrayBuffer()), [1, 2, 3]);
    (await blob.bytes())[0] = 9;
    new Uint8Array(await blob.arrayBuffer())[1] = 9;
    structuredClone(await blob.arrayBuffer(), { transfer: [await blob.arrayBuffer()] });
    assert.deepStrictEqual([...await blob.bytes()], [1, 2, 3]);
    assert.notStrictEqual((await blob.bytes()).buffer, (await blob.bytes()).buffer);
    const lost = new Uint8Array(4);
    const late = new Blob([lost, { toString() { structuredClone(lost.buffer, { transfer: [lost.buffer] }); return 'x'; } }]);
    assert.deepStrictEqual([late.size, await late.text()], [1, 'x']); // its bytes are read when all arguments are converted
  }

  // [type, what becomes of it]
  for (const [type, expected] of [['', ''], ['a/b', 'a/b'], ['TEXT/Plain; Q="A"', 'text/plain; q="a"'], ['\u00e9', ''], ['a\tb', ''], ['a\x7f', ''], ['\0', ''],
    ['\u212a', ''], [undefined, ''], [null, 'null'], [5, '5'], ['nothing', 'nothing']]) {
    assert.strictEqual(new Blob([], { type }).type, expected);
    assert.strictEqual(new Blob(['a'], { type: 'x' }).slice(0, 1, type).type, expected);
  }

  // [endings, text, what becomes of it]
  for (const [endings, text, expected] of [['transparent', 'a\r\nb\rc\n', 'a\r\nb\rc\n'], ['native', 'a\r\nb\rc\n\r', 'a\nb\nc\n\n'], [undefined, '\r', '\r']]) {
    assert.strictEqual(await new Blob([text], { endings }).text(), expected);
  }
  assert.strictEqual(await new Blob([new TextEncoder().encode('\r\n'), new Blob(['\r'])], { endings: 'native' }).text(), '\r\n\r');
  for (const endings of [null, '', 'Native', 1]) assert.throws(() => new Blob([], { endings }), conversion);
  for (const options of [undefined, null, {}, [], /a/, () => {}, { unknown: 1 }]) assert.strictEqual(new Blob(['a'], options).size, 1);
  for (const options of [1, 'a', true, 1n, Symbol('s')]) assert.throws(() => new Blob([], options), conversion);

  { // in this order
    const order = [];
    const spy = (name) => ({ toString() { order.push(`${name} text`); return 'native'; } });
    new Blob([spy('part')], { get type() { order.push('type'); return spy('type'); }, get endings() { order.push('endings'); return spy('endings'); } });
    assert.deepStrictEqual(order, ['part text', 'endings', 'endings text', 'type', 'type text']);
    assert.throws(() => new Blob([{ toString() { throw new RangeError('first'); } }], { get type() { assert.fail(); } }), RangeError);
    const parts = [{ toString() { parts.pop(); return 'a'; } }, { toString() { assert.fail(); } }];
    assert.strictEqual(new Blob(parts).size, 1);
  }

  { // slices: [arguments, text]
    const blob = new Blob(['abc', new Blob(['def']), new Uint8Array([103, 104])], { type: 'a/b' });
    for (const [args, text] of [
      [[], 'abcdefgh'], [[0], 'abcdefgh'], [[2], 'cdefgh'], [[2, 5], 'cde'], [[-3], 'fgh'], [[-3, -1], 'fg'], [[5, 2], ''], [[8], ''], [[99], ''], [[-99, 2], 'ab'], [[0, 99], 'abcdefgh'],
      [[undefined, 3], 'abc'], [[null, 3], 'abc'], [['1', '3'], 'bc'], [[NaN, 1], 'a'], [[1.5, 4], 'cd'], [[0.5, 2], 'ab'], [[2.5, 4], 'cd'], [[-Infinity, Infinity], 'abcdefgh'], [[0, 2 ** 60], 'abcdefgh'],
      [[-0, 1], 'a'], [[{ valueOf: () => 6 }], 'gh'], [[-0.5, 1], 'a'], [[0, -8], ''], [[2 ** 53], ''],
    ]) {
      const part = blob.slice(...args);
      assert.deepStrictEqual([part.size, await part.text(), part.type], [text.length, text, ''], util.inspect(args));
    }
    assert.throws(() => blob.slice(1n), TypeError);
    assert.strictEqual(await blob.slice(1, 7).slice(1, -1).slice(1).text(), 'def');
    assert.strictEqual(Object.getPrototypeOf(new (class Other extends Blob {})(['a']).slice()), Blob.prototype);
    // Against an array, over blobs of many pieces.
    const big = new Uint8Array(50_000).map((_, i) => i * 7);
    const pieces = [];
    for (let i = 0; i < big.length; i += 5000) pieces.push(new Blob([big.subarray(i, i + 5000)]));
    const whole = new Blob(pieces);
    for (let i = 0; i < 60; i++) {
      const from = (i * 7919) % 50_000, to = (i * 104729) % 50_000;
      assert.deepStrictEqual(list(await whole.slice(from, to).arrayBuffer()), [...big.subarray(from, Math.max(from, to))]);
    }
  }

  { // the cost: neither slices nor appending copy what is there
    let grown = new Blob([new Uint8Array(2 ** 20)]);
    const start = performance.now();
    for (let i = 0; i < 3000; i++) grown = new Blob([grown, 'x']);
    for (let i = 0; i < 3000; i++) grown.slice(i, -i - 1);
    assert.strictEqual(grown.size, 2 ** 20 + 3000);
    assert.ok(performance.now() - start < 5000);
    assert.strictEqual(await grown.slice(-2000).text(), 'x'.repeat(2000));
  }

  { // structuredClone(), and what inherits
    const copy = structuredClone({ blob: new Blob(['abc'], { type: 'a/b' }) }).blob;
    assert.deepStrictEqual([copy instanceof Blob, copy.size, copy.type, await copy.text()], [true, 3, 'a/b', 'abc']);
    const twice = structuredClone([copy, copy]);
    assert.ok(twice[0] === twice[1] && twice[0] !== copy);
    assert.deepStrictEqual(structuredClone(Object.create(Blob.prototype)), {});
    class Named extends Blob { extra = 1; }
    assert.strictEqual(await new Named(['a']).text(), 'a');
    assert.strictEqual(Object.getPrototypeOf(structuredClone(new Named(['a']))), Blob.prototype);
    const other = Reflect.construct(Blob, [['a']], Array);
    assert.ok(other instanceof Array && Reflect.get(Blob.prototype, 'size', other) === 1);
  }

  assert.strictEqual(util.inspect(new Blob(['abc'], { type: 'a/b' })), "Blob { size: 3, type: 'a/b' }");
  assert.strictEqual(util.inspect({ a: { b: { c: new Blob() } } }), '{ a: { b: { c: [Blob] } } }');

  { // nothing that a program replaces is asked
    const kept = [Array.prototype.push, Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length'), String.prototype.toWellFormed];
    Array.prototype.push = String.prototype.toWellFormed = String.prototype.toLowerCase = RegExp.prototype.exec = () => { throw new Error('asked'); };
    Object.getPrototypeOf(Uint8Array.prototype).set = Uint8Array.prototype.subarray = Uint8Array.prototype.slice = () => { throw new Error('asked'); };
    Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), 'length', { configurable: true, get() { throw new Error('asked'); } });
    Object.defineProperty(Array.prototype, 0, { configurable: true, set() { throw new Error('asked'); } });
    let text, size;
    try {
      const blob = new Blob(['AB', new Uint8Array([1, 2, 3])], { type: 'A' });
      ({ size } = blob.slice(1, 4, 'B'));
      text = blob.text();
      blob.bytes();
    } finally {
      delete Array.prototype[0];
      Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), 'length', kept[1]);
      [Array.prototype.push, , String.prototype.toWellFormed] = kept;
    }
    assert.deepStrictEqual([size, await text], [3, 'AB\x01\x02\x03']);
  }
}
main();
