// File: arguments, the order in which they are read, lastModified as Web IDL converts it, structuredClone().
'use strict';
const assert = require('node:assert');
const util = require('node:util');

async function main() {
  { // the interface
    assert.deepStrictEqual([File.length, File.name, Object.getPrototypeOf(File), String(new File([], ''))], [2, 'File', Blob, '[object File]']);
    assert.deepStrictEqual(Object.keys(File.prototype), ['name', 'lastModified']);
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type File' };
    for (const self of [undefined, {}, new Blob(), File.prototype]) for (const key of ['name', 'lastModified']) assert.throws(() => Reflect.get(File.prototype, key, self), wrong);
    const missing = { name: 'TypeError', code: 'ERR_MISSING_ARGS', message: 'The "fileBits" and "fileName" arguments must be specified' };
    for (const args of [[], [[]]]) assert.throws(() => new File(...args), missing);
    for (const bits of [undefined, null, 1, 'a', {}]) assert.throws(() => new File(bits, 'n'), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => File([], 'n'), TypeError);
  }

  // [name, what becomes of it]
  for (const [name, expected] of [['a', 'a'], ['', ''], ['a/b', 'a/b'], [null, 'null'], [undefined, 'undefined'], [1, '1'], ['\ud800x', '\ufffdx']]) {
    assert.strictEqual(new File([], name).name, expected);
  }
  // [lastModified, what becomes of it]
  for (const [value, expected] of [[0, 0], [42, 42], [-1, -1], [1.9, 1], [-1.9, -1], [NaN, 0], [Infinity, 0], ['7', 7], [null, 0], [true, 1], [new Date(5), 5], ['x', 0],
    [2 ** 63, -(2 ** 63)], [2 ** 64 + 2 ** 12, 4096], [-0, 0]]) assert.ok(Object.is(new File([], 'n', { lastModified: value }).lastModified, expected), String(value));
  assert.throws(() => new File([], 'n', { lastModified: 1n }), TypeError);
  const before = Date.now(), now = new File([], 'n', { lastModified: undefined }).lastModified;
  assert.ok(now >= before && now <= Date.now());

  const file = new File(['a\r', new File(['b'], 'other')], 'name.txt', { type: 'Text/Plain', endings: 'native', lastModified: 5 });
  assert.deepStrictEqual([file.size, file.type, file.name, file.lastModified, await file.text()], [3, 'text/plain', 'name.txt', 5, 'a\nb']);
  assert.strictEqual(Object.getPrototypeOf(file.slice(1)), Blob.prototype);
  const copy = structuredClone([file, { file }]);
  assert.ok(copy[0] instanceof File && copy[0] === copy[1].file && copy[0] !== file);
  assert.deepStrictEqual([copy[0].size, copy[0].type, copy[0].name, copy[0].lastModified, await copy[0].text()], [3, 'text/plain', 'name.txt', 5, 'a\nb']);
  assert.strictEqual(util.inspect(file), "File { size: 3, type: 'text/plain', name: 'name.txt', lastModified: 5 }");
  for (const options of [1, 'a', true]) assert.throws(() => new File([], 'n', options), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });

  { // in this order
    const order = [];
    const spy = (name, value) => ({ toString() { order.push(name); return value; } });
    const options = {};
    for (const [key, value] of [['type', 'a'], ['lastModified', '1'], ['endings', 'native']]) Object.defineProperty(options, key, { get: () => spy(key, value) });
    new File([spy('bits', 'b')], spy('name', 'n'), options);
    assert.deepStrictEqual(order, ['bits', 'name', 'endings', 'type', 'lastModified']);
  }
}
main();
