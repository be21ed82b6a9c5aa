// structuredClone(): every cloneable kind, what is refused, order of getters, transfers.
'use strict';
const assert = require('node:assert');
const { types } = require('node:util');

const refused = (message) => (error) => {
  assert.strictEqual(error.name, 'DataCloneError');
  assert.strictEqual(error.code, 25);
  assert.strictEqual(error.constructor.name, 'DOMException');
  if (message !== undefined) assert.strictEqual(error.message, message);
  return true;
};
const copyOf = (value) => structuredClone(value);

{ // the function
  void structuredClone; // until it is looked at, an accessor stands for it
  assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, 'structuredClone') },
    { value: structuredClone, writable: true, enumerable: true, configurable: true });
  assert.strictEqual(structuredClone.length, 1);
  assert.throws(() => structuredClone(), { name: 'TypeError', code: 'ERR_MISSING_ARGS' });
  for (const options of [1, 'x', true, Symbol('s')]) {
    assert.throws(() => structuredClone(1, options), {
      name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE',
      message: "Failed to execute 'structuredClone': Options cannot be converted to a dictionary",
    });
  }
  for (const options of [undefined, null, {}, () => {}, { transfer: undefined }, { transfer: [] }, { transfer: new Set() }]) {
    assert.strictEqual(structuredClone(1, options), 1);
  }
}

{ // primitives and wrappers
  for (const value of [undefined, null, true, false, 0, -0, 1.5, NaN, Infinity, '', 'text', '\ud800', 10n, -(2n ** 70n)]) {
    assert.ok(Object.is(copyOf(value), value));
  }
  for (const value of [-0, NaN, 'text', '', true, false, 7n]) {
    const wrapper = Object(value);
    wrapper.extra = 1;
    const copy = copyOf(wrapper);
    assert.notStrictEqual(copy, wrapper);
    assert.ok(Object.is(copy.valueOf(), value));
    assert.strictEqual(Object.getPrototypeOf(copy), Object.getPrototypeOf(wrapper));
    assert.strictEqual(copy.extra, undefined);
  }
}

{ // dates and regular expressions: the slots, not what a program puts in front of them
  for (const time of [0, -1, 8.64e15, NaN]) {
    const date = Object.assign(new Date(time), { getTime: () => 5, extra: 1 });
    const copy = copyOf(date);
    assert.ok(types.isDate(copy) && Object.is(copy.getTime(), time));
    assert.strictEqual(copy.extra, undefined);
  }
  for (const flags of ['', 'd', 'g', 'i', 'm', 's', 'u', 'v', 'y', 'dgimsuy']) {
    const regExp = new RegExp('a(b)?', flags);
    regExp.lastIndex = 3;
    Object.defineProperty(regExp, 'flags', { value: 'g' });
    Object.defineProperty(regExp, 'global', { get() { throw new Error('asked'); } });
    const copy = copyOf(regExp);
    assert.strictEqual(copy.flags, flags);
    assert.strictEqual(copy.source, 'a(b)?');
    assert.strictEqual(copy.lastIndex, 0);
  }
  assert.strictEqual(copyOf(/\//).source, '\\/');
}

{ // objects: own enumerable string keys, in order, as plain data
  const key = Symbol('key');
  class Point {
    #hidden = 1;
    x = 1;
    get y() { return this.#hidden; }
  }
  const hidden = Object.defineProperty({ seen: 1 }, 'hidden', { value: 2 });
  for (const [value, expected] of [
    [{ b: 1, a: 2, 1: 3, [key]: 4 }, { 1: 3, b: 1, a: 2 }], [new Point(), { x: 1 }], [hidden, { seen: 1 }],
    [Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true } }), { own: 1 }], [{ __proto__: null, a: 1 }, { a: 1 }],
    [{ get a() { return { b: 1 }; } }, { a: { b: 1 } }], [Object.freeze({ a: 1 }), { a: 1 }], [Math, {}], [JSON, {}], [Reflect, {}],
    [{ toString: 1, constructor: 2, hasOwnProperty: 3 }, { toString: 1, constructor: 2, hasOwnProperty: 3 }],
  ]) {
    const copy = copyOf(value);
    assert.deepStrictEqual(copy, expected);
    assert.deepStrictEqual(Reflect.ownKeys(copy), Reflect.ownKeys(expected));
    for (const name of Object.keys(copy)) {
      const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(copy, name);
      assert.ok(writable && enumerable && configurable);
    }
  }
  const own = copyOf(JSON.parse('{"__proto__": {"a": 1}}'));
  assert.deepStrictEqual(Object.getOwnPropertyDescriptor(own, '__proto__').value, { a: 1 });
  assert.strictEqual(Object.getPrototypeOf(own), Object.prototype);

  // Getters run once each, where the walk comes by; what they delete is gone, what they add is not seen.
  const order = [];
  const value = {
    get first() {
      order.push('first');
      return { get inner() { order.push('inner'); delete value.third; value.added = 1; return 1; } };
    },
    get second() { order.push('second'); return 2; },
    third: 3,
    fourth: 4,
  };
  assert.deepStrictEqual(copyOf(value), { first: { inner: 1 }, second: 2, fourth: 4 });
  assert.deepStrictEqual(order, ['first', 'inner', 'second']);
  const thrown = new Error('from a getter');
  assert.throws(() => copyOf({ get a() { throw thrown; } }), (error) => error === thrown);
}

{ // arrays
  const holes = [1, , 3];
  holes.length = 6;
  const named = Object.assign([1, 2], { extra: { a: 1 } });
  const sparse = [];
  sparse[1_000_000] = 'far';
  const fractions = [0.5, , NaN, -0];
  for (const array of [[], [1], [1.5, 2], ['a', undefined, null], holes, named, sparse, fractions, [[1], [[2]]], new Array(5), [, 1], [{}, , {}],
    [undefined, { a: 1 }], Object.freeze([1, { b: 2 }]), 'a-b'.split('-'), [1, 'a', {}, 2.5, [], null, true, 5n]]) {
    const copy = copyOf(array);
    assert.ok(Array.isArray(copy) && copy !== array);
    assert.strictEqual(copy.length, array.length);
    assert.deepStrictEqual(Object.keys(copy), Object.keys(array));
    assert.deepStrictEqual(copy, [...Object.keys(array)].reduce((all, key) => { all[key] = array[key]; return all; }, new Array(array.length)));
  }
  class List extends Array {}
  assert.strictEqual(Object.getPrototypeOf(copyOf(List.of(1, 2))), Array.prototype);
  const hidden = Object.defineProperty([1, 2, 3], 1, { enumerable: false });
  assert.deepStrictEqual(Object.keys(copyOf(hidden)), ['0', '2']);
  assert.strictEqual(copyOf(hidden).length, 3);
  const matched = copyOf(/(?<name>b)/.exec('abc'));
  assert.deepStrictEqual([matched.index, matched.input, matched.groups], [1, 'abc', { name: 'b' }]);

  // Elements change while getters run: the keys are those of the start, the values those of the moment.
  for (const change of [(a) => { a.length = 2; }, (a) => { delete a[2]; }, (a) => { a[2] = 'new'; }, (a) => { a.push('more'); },
    (a) => { a.unshift('shifted'); }, (a) => { a[5000] = 1; }, (a) => { a.name = 1; }, (a) => { Object.freeze(a); }]) {
    for (const tail of [['x', 'y'], [{ c: 1 }, 'y'], [, 'y', undefined], [undefined, { c: 1 }]]) {
      const make = () => {
        const array = [{ get a() { change(array); return 1; } }, 'second', ...tail];
        if (!(0 in tail)) delete array[2];
        return array;
      };
      const expected = [];
      { // slowly, by the letter
        const array = make();
        const keys = Object.keys(array);
        const copies = new Map();
        expected.length = array.length;
        for (const key of keys) {
          if (!Object.hasOwn(array, key)) continue;
          const element = array[key];
          if (typeof element === 'object' && !copies.has(element)) copies.set(element, { ...element });
          expected[key] = copies.get(element) ?? element;
        }
      }
      const copy = copyOf(make());
      assert.deepStrictEqual(copy, expected, `${change} ${tail}`);
      assert.deepStrictEqual(Object.keys(copy), Object.keys(expected));
    }
  }
  const ownGetter = [1, 2, 3];
  Object.defineProperty(ownGetter, 1, { enumerable: true, get() { ownGetter.length = 2; return 'got'; } });
  assert.deepStrictEqual(copyOf(ownGetter), [1, 'got', ,]);
}

{ // maps and sets: entries as they are at the start
  class Table extends Map {}
  const map = new Table([[1, 'one'], [{ a: 1 }, new Map([['inner', new Set([1])]])]]);
  map.extra = 1;
  const copy = copyOf(map);
  assert.deepStrictEqual(copy, new Map([[1, 'one'], [{ a: 1 }, new Map([['inner', new Set([1])]])]]));
  assert.strictEqual(Object.getPrototypeOf(copy), Map.prototype);
  assert.strictEqual(copy.extra, undefined);
  const growing = new Map([[{ get a() { growing.set('late', 1); growing.delete('second'); return 1; } }, 1], ['second', 2]]);
  assert.deepStrictEqual(copyOf(growing), new Map([[{ a: 1 }, 1], ['second', 2]]));
  const set = new Set([{ get a() { set.add('late'); return 1; } }, 'b']);
  assert.deepStrictEqual(copyOf(set), new Set([{ a: 1 }, 'b']));
}

{ // identity and cycles
  const shared = { name: 'shared' };
  const value = { shared, again: [shared, shared], map: new Map([[shared, shared]]), set: new Set([shared]), date: new Date(0) };
  value.self = value;
  value.dates = [value.date, value.date];
  value.map.set(value.map, value.set);
  value.wrapped = Object('text');
  value.wrappedAgain = value.wrapped;
  const error = value.error = new Error('round', { cause: value });
  const copy = copyOf(value);
  assert.notStrictEqual(copy.shared, shared);
  assert.strictEqual(copy.self, copy);
  assert.ok(copy.again[0] === copy.shared && copy.again[1] === copy.shared);
  assert.strictEqual(copy.map.get(copy.shared), copy.shared);
  assert.strictEqual(copy.map.get(copy.map), copy.set);
  assert.ok(copy.set.has(copy.shared));
  assert.ok(copy.dates[0] === copy.date && copy.dates[1] === copy.date);
  assert.strictEqual(copy.wrapped, copy.wrappedAgain);
  assert.strictEqual(copy.error.cause, copy);
  assert.notStrictEqual(copy.error, error);
}

{ // buffers and views
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
  const value = { buffer, a: new Uint8Array(buffer, 2, 3), b: new DataView(buffer, 1), c: new Float64Array(buffer), d: new Uint16Array(buffer, 4) };
  const copy = copyOf(value);
  assert.deepStrictEqual(copy, value);
  assert.ok([copy.a, copy.b, copy.c, copy.d].every((view) => view.buffer === copy.buffer) && copy.buffer !== buffer);
  assert.deepStrictEqual([copy.a.byteOffset, copy.a.length, copy.b.byteOffset, copy.b.byteLength, copy.d.length], [2, 3, 1, 7, 2]);
  copy.a[0] = 99;
  assert.strictEqual(value.a[0], 3);
  const inOtherOrder = copyOf([value.a, buffer]);
  assert.strictEqual(inOtherOrder[0].buffer, inOtherOrder[1]);
  const all = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array, ...(typeof Float16Array === 'function' ? [Float16Array] : [])];
  for (const Type of all) {
    const array = Object.assign(new (class extends Type {})(3), { extra: 1 });
    array[1] = Type.name.startsWith('Big') ? 5n : 5;
    const twin = copyOf(array);
    assert.strictEqual(Object.getPrototypeOf(twin), Type.prototype);
    assert.deepStrictEqual([...twin], [...array]);
    assert.strictEqual(twin.extra, undefined);
  }
  assert.strictEqual(copyOf(new Uint8Array(0)).length, 0);
  assert.strictEqual(copyOf(new DataView(new ArrayBuffer(4), 4)).byteLength, 0);

  // Resizable buffers keep their limit; views that follow the size go on doing so.
  for (const [size, max] of [[6, 8], [8, 8], [0, 8], [7, 8], [1, 1], [0, 0]]) {
    const resizable = new ArrayBuffer(size, { maxByteLength: max });
    const bytes = new Uint8Array(resizable);
    for (let i = 0; i < size; i++) bytes[i] = i + 1;
    const makers = [(b) => new Uint8Array(b), (b) => new Uint8Array(b, 0, size), (b) => new Uint16Array(b), (b) => new DataView(b),
      (b) => new DataView(b, 0, size), (b) => new Uint8Array(b, Math.min(2, size)), (b) => new Uint8Array(b, size), (b) => new Uint8Array(b, size, 0),
      (b) => new Uint8Array(b, Math.max(size - 2, 0), Math.min(size, 2)), (b) => new Uint32Array(b), (b) => new DataView(b, size)];
    const views = makers.map((make) => { try { return make(resizable); } catch { return null; } });
    const before = Array.from(bytes);
    const copies = copyOf({ resizable, views });
    assert.deepStrictEqual(Array.from(bytes), before, 'looking changed nothing');
    assert.strictEqual(resizable.byteLength, size);
    assert.ok(copies.resizable.resizable && copies.resizable.byteLength === size && copies.resizable.maxByteLength === max);
    const sizesOf = (list) => list.map((view) => { try { return view === null ? null : view.byteLength; } catch { return 'outside'; } });
    for (const next of [size, max, 0, Math.min(3, max), max]) {
      resizable.resize(next);
      copies.resizable.resize(next);
      assert.deepStrictEqual(sizesOf(copies.views), sizesOf(views), `${size} of ${max}, then ${next}`);
    }
  }
  const shrunk = new ArrayBuffer(8, { maxByteLength: 8 });
  const outside = [new Uint8Array(shrunk, 4, 2), new Uint8Array(shrunk, 4), new DataView(shrunk, 4)];
  shrunk.resize(2);
  for (const view of outside) assert.throws(() => copyOf(view), refused());
  const view = new Uint8Array(4);
  const dataView = new DataView(view.buffer);
  const gone = view.buffer;
  gone.transfer();
  for (const detached of [gone, view, dataView]) {
    assert.throws(() => copyOf(detached), refused('An ArrayBuffer is detached and could not be cloned.'));
  }
  if (typeof SharedArrayBuffer === 'function') {
    const memory = new SharedArrayBuffer(4);
    const twin = copyOf(new Uint8Array(memory));
    twin[0] = 7;
    assert.strictEqual(new Uint8Array(memory)[0], 7);
  }
}

{ // errors
  for (const Class of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    const error = Object.assign(new Class('message', { cause: { a: [1] } }), { extra: 1 });
    const copy = copyOf(error);
    assert.ok(types.isNativeError(copy) && copy !== error);
    assert.strictEqual(Object.getPrototypeOf(copy), Class.prototype);
    assert.strictEqual(copy.name, Class.name);
    assert.strictEqual(copy.stack, error.stack);
    assert.deepStrictEqual(copy.cause, { a: [1] });
    assert.notStrictEqual(copy.cause, error.cause);
    assert.strictEqual(copy.extra, undefined);
    for (const key of ['message', 'stack', 'cause']) {
      const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(copy, key);
      assert.deepStrictEqual([writable, enumerable, configurable], [true, false, true]);
    }
  }
  class Custom extends Error {}
  const custom = copyOf(Object.assign(new Custom('m'), { name: 'Odd' }));
  assert.deepStrictEqual([custom.name, Object.getPrototypeOf(custom), custom.message], ['Error', Error.prototype, 'm']);
  const renamed = copyOf(Object.assign(new Error('m'), { name: 'RangeError' }));
  assert.deepStrictEqual([Object.getPrototypeOf(renamed), Object.hasOwn(renamed, 'name')], [RangeError.prototype, false]);
  const aggregate = copyOf(new AggregateError([new Error('a')], 'm'));
  assert.deepStrictEqual([aggregate.name, aggregate.errors], ['Error', undefined]);
  assert.strictEqual(Object.hasOwn(copyOf(new Error()), 'message'), false);
  assert.strictEqual(Object.hasOwn(copyOf(new Error('m')), 'cause'), false);
  assert.strictEqual(Object.hasOwn(copyOf(new Error('m', { cause: undefined })), 'cause'), true);
  assert.strictEqual(copyOf(Object.assign(new Error('m'), { message: { toString: () => 'converted' } })).message, 'converted');
  const computed = Object.defineProperty(new Error('m'), 'message', { get() { throw new Error('asked'); } });
  assert.strictEqual(copyOf(computed).message, '');
  assert.strictEqual(copyOf(Object.assign(new Error('m'), { stack: 'written by hand' })).stack, 'written by hand');
  assert.strictEqual(copyOf(Object.assign(new Error('m'), { stack: 5 })).stack, undefined);
  assert.deepStrictEqual(copyOf(Object.create(Error.prototype)), {}, 'an error by inheritance only');
  assert.throws(() => copyOf(new Error('m', { cause: () => {} })), refused());
  let exception;
  try { atob('*'); } catch (error) { exception = error; }
  const twin = copyOf({ exception }).exception;
  assert.deepStrictEqual([twin.constructor, twin.name, twin.message, twin.code, twin.stack],
    [exception.constructor, 'InvalidCharacterError', exception.message, 5, exception.stack]);
  assert.notStrictEqual(twin, exception);
}

{ // what cannot be cloned, wherever it stands
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const uncloneable = [
    [() => 1, '() => 1'], [function named() {}, 'function named() {}'], [class Named {}, 'class Named {}'], [Symbol('s'), 'Symbol(s)'],
    [Symbol.iterator, 'Symbol(Symbol.iterator)'], [Object(Symbol('s')), '[object Symbol]'], [new WeakMap(), '#<WeakMap>'],
    [new WeakSet(), '#<WeakSet>'], [new WeakRef({}), '#<WeakRef>'], [Promise.resolve(), '#<Promise>'],
    [new (class Later extends Promise {})(() => {}), '#<Later>'], [new FinalizationRegistry(() => {}), '#<FinalizationRegistry>'],
    [new Proxy({}, {}), '#<Object>'], [new Proxy([], {}), '[object Array]'], [new Proxy(() => 2, {}), '() => 2'], [revoked.proxy, 'null'],
    [[][Symbol.iterator](), '[object Array Iterator]'], [new Map().keys(), '[object Map Iterator]'], [new Set().keys(), '[object Set Iterator]'],
    [(function* () {})(), '[object Generator]'], [(function() { return arguments; })(1)], [(() => globalThis)()], [new Intl.NumberFormat(), '#<NumberFormat>'],
    [new TextEncoder(), '#<TextEncoder>'], [new TextDecoder(), '#<TextDecoder>'], [performance, '#<Performance>'], [crypto, '#<Crypto>'],
  ];
  for (const [value, text] of uncloneable) {
    const expected = refused(text === undefined ? undefined : `${text} could not be cloned.`);
    for (const holder of [value, { value }, [1, value], [value], new Map([[1, value]]), new Map([[value, 1]]), new Set([value])]) {
      assert.throws(() => copyOf(holder), expected);
    }
  }
  const watched = new Proxy({}, new Proxy({}, { get() { throw new Error('a trap was called'); } }));
  assert.throws(() => copyOf(watched), refused());
  assert.deepStrictEqual(copyOf(Object.create(watched)), {}, 'nor is one for what inherits from a proxy');
  class Named { constructor() { this.f = () => {}; } }
  assert.throws(() => copyOf(new Named()), refused('() => {} could not be cloned.'));
}

{ // transferring
  const conversion = (message) => ({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: `Failed to execute 'structuredClone': ${message}` });
  for (const transfer of [1, null, {}, 'abc', { [Symbol.iterator]: 1 }, { [Symbol.iterator]: () => 1 }]) {
    assert.throws(() => structuredClone(1, { transfer }), conversion('transfer in Options cannot be converted to sequence.'));
  }
  for (const [transfer, index] of [[[1], 0], [[new ArrayBuffer(1), null], 1]]) {
    assert.throws(() => structuredClone(1, { transfer }), conversion(`transfer in Options[${index}] is not an object.`));
  }
  for (const other of [{}, [], () => {}, new Uint8Array(1), new Proxy(new ArrayBuffer(1), {}), new Map()]) {
    assert.throws(() => structuredClone(1, { transfer: [other] }), refused('Found invalid value in transferList.'));
  }
  const twice = new ArrayBuffer(1);
  assert.throws(() => structuredClone(1, { transfer: [twice, twice] }), refused('Transfer list contains duplicate ArrayBuffer'));
  assert.strictEqual(twice.detached, false);
  structuredClone(1, { transfer: [twice] });
  assert.strictEqual(twice.detached, true, 'transferred though not part of the value');
  assert.throws(() => structuredClone(1, { transfer: [twice] }), refused('An ArrayBuffer is detached and could not be cloned.'));

  // In every kind of container, the buffer itself and its views, before and after each other.
  const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
  const resizable = new ArrayBuffer(4, { maxByteLength: 16 });
  new Uint8Array(resizable)[0] = 9;
  const value = {
    view: new Uint8Array(buffer, 1, 2), buffer, list: [new DataView(buffer), buffer, 'x'], named: Object.assign([1], { buffer }),
    map: new Map([['first', buffer], [buffer, new Uint16Array(buffer)], ['last', 1]]), set: new Set(['a', buffer, 'b']),
    error: new Error('m', { cause: buffer }), following: new Uint8Array(resizable), other: new ArrayBuffer(2), nested: [[{ buffer }]],
  };
  const copy = structuredClone(value, { transfer: [resizable, buffer] });
  assert.ok(buffer.detached && resizable.detached && !value.other.detached);
  assert.deepStrictEqual([...new Uint8Array(copy.buffer)], [1, 2, 3, 4]);
  assert.deepStrictEqual([...copy.view], [2, 3]);
  assert.deepStrictEqual([copy.view.buffer, copy.list[0].buffer, copy.list[1], copy.named.buffer, copy.map.get('first'),
    copy.map.get(copy.buffer).buffer, copy.error.cause, copy.nested[0][0].buffer].every((found) => found === copy.buffer), true);
  assert.deepStrictEqual([...copy.map.keys()], ['first', copy.buffer, 'last']);
  assert.deepStrictEqual([...copy.set], ['a', copy.buffer, 'b']);
  assert.deepStrictEqual(Object.keys(copy), Object.keys(value));
  assert.deepStrictEqual([copy.following[0], copy.following.buffer.maxByteLength], [9, 16]);
  copy.following.buffer.resize(8);
  assert.strictEqual(copy.following.length, 8);
  const alone = new ArrayBuffer(3);
  assert.strictEqual(structuredClone(alone, { transfer: [alone] }).byteLength, 3);
  const viewed = new Uint8Array([5, 6]);
  assert.deepStrictEqual(structuredClone(viewed, { transfer: [viewed.buffer] }), new Uint8Array([5, 6]));

  // What fails leaves everything as it was; what a getter does to the buffer is seen.
  const kept = new ArrayBuffer(8);
  assert.throws(() => structuredClone([kept, () => {}], { transfer: [kept] }), refused());
  assert.strictEqual(kept.detached, false);
  const seen = structuredClone({ get detached() { return kept.detached; }, kept }, { transfer: [kept] });
  assert.deepStrictEqual([seen.detached, seen.kept.byteLength, kept.detached], [false, 8, true]);
  const stolen = new ArrayBuffer(8);
  assert.throws(() => structuredClone({ get a() { stolen.transfer(); return 1; } }, { transfer: [stolen] }),
    refused('An ArrayBuffer is detached and could not be cloned.'));
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert.throws(() => structuredClone(1, { transfer: [memory.buffer] }), refused('Cannot transfer object of unsupported type.'));
  assert.strictEqual(copyOf(memory.buffer).byteLength, 65536);
}

const written = new TextEncoder().encode('structured_clone: ok\n');
process.stdout.write(written);
assert.strictEqual(structuredClone(written, { transfer: [written.buffer] }).length, 21);
assert.strictEqual(written.length, 0, 'what was written can be transferred');
process.stdout.write(written);
