// node:util: promisify, callbackify, inherits, deprecate, types, deep equality, small text helpers.
'use strict';
const assert = require('node:assert');
const util = require('node:util');
const { types } = util;

{ // brand checks: every value against every check it must satisfy, and no other
  const asyncFn = async () => {};
  function* generator() {}
  async function* asyncGenerator() {}
  const samples = [
    ['Promise', Promise.resolve(), 'isPromise'],
    ['Proxy', new Proxy({}, {}), 'isProxy'],
    ['Proxy of Map', new Proxy(new Map(), {}), 'isProxy'],
    ['revoked Proxy', (() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })(), 'isProxy'],
    ['Map', new Map(), 'isMap'],
    ['Set', new Set(), 'isSet'],
    ['Map iterator', new Map().keys(), 'isMapIterator'],
    ['Set iterator', new Set().values(), 'isSetIterator'],
    ['WeakMap', new WeakMap(), 'isWeakMap'],
    ['WeakSet', new WeakSet(), 'isWeakSet'],
    ['Date', new Date(), 'isDate'],
    ['RegExp', /x/, 'isRegExp'],
    ['Error', new Error('x'), 'isNativeError'],
    ['TypeError', new TypeError('x'), 'isNativeError'],
    ['tagged Error', Object.assign(new Error('x'), { [Symbol.toStringTag]: 'Other' }), 'isNativeError'],
    ['Uint8Array', new Uint8Array(1), 'isUint8Array isTypedArray isArrayBufferView'],
    ['Float64Array', new Float64Array(1), 'isFloat64Array isTypedArray isArrayBufferView'],
    ['BigInt64Array', new BigInt64Array(1), 'isBigInt64Array isTypedArray isArrayBufferView'],
    ['DataView', new DataView(new ArrayBuffer(1)), 'isDataView isArrayBufferView'],
    ['ArrayBuffer', new ArrayBuffer(1), 'isArrayBuffer isAnyArrayBuffer'],
    ['async function', asyncFn, 'isAsyncFunction'],
    ['generator function', generator, 'isGeneratorFunction'],
    ['async generator function', asyncGenerator, 'isAsyncFunction isGeneratorFunction'],
    ['generator', generator(), 'isGeneratorObject'],
    ['Number', Object(1), 'isNumberObject isBoxedPrimitive'],
    ['String', Object('x'), 'isStringObject isBoxedPrimitive'],
    ['Boolean', Object(false), 'isBooleanObject isBoxedPrimitive'],
    ['BigInt', Object(1n), 'isBigIntObject isBoxedPrimitive'],
    ['Symbol', Object(Symbol('x')), 'isSymbolObject isBoxedPrimitive'],
    ['arguments', (function() { return arguments; })(), 'isArgumentsObject'],
    ['object', {}, ''], ['array', [], ''], ['function', function() {}, ''], ['number', 1, ''], ['string', 'x', ''],
    ['null', null, ''], ['undefined', undefined, ''], ['symbol', Symbol('x'), ''], ['bigint', 1n, ''],
    ['thenable', { then() {} }, ''], ['RegExp.prototype', RegExp.prototype, ''],
    ['fake Map', Object.create(Map.prototype), ''],
    ['fake Error', { stack: '', message: '' }, ''], ['fake tag', { [Symbol.toStringTag]: 'Date' }, ''],
  ];
  const checks = [...new Set(samples.flatMap((s) => s[2].split(' ')))].filter(Boolean);
  for (const [name, value, expected] of samples) {
    const satisfied = checks.filter((check) => types[check](value)).sort().join(' ');
    assert.strictEqual(satisfied, expected.split(' ').sort().join(' '), name);
  }
  let ran = false;
  const spy = () => { ran = true; };
  const traps = { get: spy, getPrototypeOf: spy, has: spy, getOwnPropertyDescriptor: spy };
  const hostile = Object.create(new Proxy({}, traps), {
    constructor: { get: spy }, then: { get: spy }, [Symbol.toStringTag]: { get: spy }, size: { get: spy },
  });
  for (const check of Object.keys(types)) {
    if (check !== 'isKeyObject' && check !== 'isCryptoKey') types[check](hostile);
  }
  assert.strictEqual(ran, false, 'a brand check ran user code');
}

{ // inherits
  function Base() {}
  Base.prototype.hello = () => 'hello';
  function Derived() {}
  util.inherits(Derived, Base);
  assert.strictEqual(Derived.super_, Base);
  assert.strictEqual(new Derived().hello(), 'hello');
  assert.throws(() => util.inherits(null, Base), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => util.inherits(Derived, null), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => util.inherits(Derived, () => {}),
    { message: 'The "superCtor.prototype" property must be of type object. Received undefined' });
}

{ // text
  assert.strictEqual(util.format('%s %d %j', 'a', 1, { b: 2 }), 'a 1 {"b":2}');
  assert.strictEqual(util.inspect({ a: 1 }), '{ a: 1 }');
  assert.strictEqual(util.formatWithOptions({}, '%s', 'x'), 'x');
  assert.strictEqual(util.stripVTControlCharacters('\u001b[31mred\u001b[39m'), 'red');
  assert.strictEqual(util.toUSVString('a\ud800b'), 'a\ufffdb');
  const plain = { validateStream: false };
  assert.strictEqual(util.styleText('red', 'x', plain), '\u001b[31mx\u001b[39m');
  assert.strictEqual(util.styleText(['bold', 'red'], 'x', plain), '\u001b[1m\u001b[31mx\u001b[39m\u001b[22m');
  assert.throws(() => util.styleText('nocolour', 'x'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => util.styleText('red', 1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.strictEqual(util.isArray([]), true);
  assert.strictEqual(util.isArray({ length: 0 }), false);
}

{ // isDeepStrictEqual
  const make = () => ({ a: [1, new Map([[1, { b: NaN }]])] });
  assert.strictEqual(util.isDeepStrictEqual(make(), make()), true);
  assert.strictEqual(util.isDeepStrictEqual({ a: 1 }, { a: '1' }), false);
  assert.strictEqual(util.isDeepStrictEqual([1, , 3], [1, undefined, 3]), false);
}

{ // debuglog is silent unless NODE_DEBUG asks
  const log = util.debuglog('millrace-test');
  assert.strictEqual(log.enabled, false);
  log('nothing %s', 'shown');
}

async function asynchronous() {
  // promisify
  function add(a, b, callback) { callback(a < 0 ? new Error('negative') : null, a + b + (this ? this.extra ?? 0 : 0)); }
  add.note = 'kept';
  const addLater = util.promisify(add);
  assert.strictEqual(await addLater(1, 2), 3);
  assert.strictEqual(await addLater.call({ extra: 10 }, 1, 2), 13);
  await assert.rejects(addLater(-1, 2), /negative/);
  assert.strictEqual(addLater.note, 'kept');
  assert.strictEqual(addLater.name, 'add');
  assert.strictEqual(util.promisify(addLater), addLater);
  const custom = async () => 'custom';
  add[util.promisify.custom] = custom;
  assert.strictEqual(util.promisify(add), custom);
  assert.strictEqual(util.promisify.custom, Symbol.for('nodejs.util.promisify.custom'));
  assert.throws(() => util.promisify('x'), { code: 'ERR_INVALID_ARG_TYPE' });

  // callbackify
  const calls = [];
  const run = (fn, ...args) => new Promise((resolve) => {
    util.callbackify(fn)(...args, (...got) => { calls.push(got); resolve(); });
  });
  await run(async (x) => x * 2, 21);
  await run(async () => { throw new RangeError('bad'); });
  await run(async () => { throw null; });
  assert.deepStrictEqual(calls[0], [null, 42]);
  assert.strictEqual(calls[1][0].message, 'bad');
  assert.strictEqual(calls[2][0].code, 'ERR_FALSY_VALUE_REJECTION');
  assert.strictEqual(calls[2][0].reason, null);
  assert.throws(() => util.callbackify(async () => {})(), { code: 'ERR_INVALID_ARG_TYPE' });
  const named = util.callbackify(async function work(a) {});
  assert.deepStrictEqual([named.name, named.length], ['workCallbackified', 2]);

  // deprecate
  const warnings = [];
  const listen = (w) => warnings.push(`${w.name} ${w.code} ${w.message}`);
  process.on('warning', listen);
  const old = util.deprecate(function twice(x) { return 2 * x; }, 'twice() is old', 'TEST0001');
  assert.strictEqual(old(2), 4);
  assert.strictEqual(old(3), 6);
  util.deprecate(() => {}, 'same code', 'TEST0001')();
  const Thing = util.deprecate(class Thing { constructor() { this.made = true; } }, 'Thing is old');
  assert.strictEqual(new Thing().made, true);
  await new Promise((resolve) => { setImmediate(resolve); });
  process.removeListener('warning', listen);
  assert.deepStrictEqual(warnings,
    ['DeprecationWarning TEST0001 twice() is old', 'DeprecationWarning undefined Thing is old']);
}

asynchronous().then(() => console.log('util ok'), (error) => setImmediate(() => { throw error; }));

assert.strictEqual(require('util/types'), util.types);
assert.strictEqual(require('sys'), util);
util.inspect.defaultOptions.numericSeparator = true;
assert.strictEqual(util.format('%d %i %s', 1234567, 12345n, 7654321), '1_234_567 12_345n 7_654_321');
util.inspect.defaultOptions.numericSeparator = false;
