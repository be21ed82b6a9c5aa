// FormData: entries of texts and files, every method, overloads, iteration while it changes, cost.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const rows = (data) => [...data].map(([name, value]) => `${name}=${typeof value === 'string' ? value : `<${value.name}>`}`).join('&');
const of = (...pairs) => {
  const data = new FormData();
  for (const [name, value] of pairs) data.append(name, value);
  return data;
};

{ // the interface
  assert.deepStrictEqual([FormData.length, String(new FormData()), FormData.prototype[Symbol.iterator] === FormData.prototype.entries], [0, '[object FormData]', true]);
  const lengths = { append: 2, delete: 1, get: 1, getAll: 1, has: 1, set: 2, entries: 0, keys: 0, values: 0, forEach: 1 };
  assert.deepStrictEqual(Object.keys(FormData.prototype).sort(), Object.keys(lengths).sort());
  for (const [key, length] of Object.entries(lengths)) {
    assert.strictEqual(FormData.prototype[key].length, length, key);
    const args = Array(length).fill('x');
    for (const self of [undefined, {}, FormData.prototype, new Proxy(of(), {})])
      assert.throws(() => FormData.prototype[key].apply(self, args), { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type FormData' });
    for (let count = 0; count < length; count++) assert.throws(() => of()[key](...args.slice(0, count)), { name: 'TypeError', code: 'ERR_MISSING_ARGS' });
  }
  assert.strictEqual(rows(new FormData(undefined)), '');
  for (const form of [null, {}, 'a', 1]) assert.throws(() => new FormData(form), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => FormData(), TypeError);
  assert.throws(() => structuredClone(of()), { name: 'DataCloneError' });
}

{ // texts
  const data = of(['a', 1], ['b', null], ['a', '2'], ['\ud800', '\udc00'], ['a', undefined], ['c', {}]);
  assert.strictEqual(rows(data), 'a=1&b=null&a=2&\ufffd=\ufffd&a=undefined&c=[object Object]');
  assert.deepStrictEqual([data.get('a'), data.getAll('a'), data.get('A'), data.getAll('x'), data.has('b'), data.has('x'), data.get('\udfff')], ['1', ['1', '2', 'undefined'], null, [], true, false, '\ufffd']);
  assert.ok(Array.isArray(data.getAll('a')) && Object.getPrototypeOf(data.getAll('a')) === Array.prototype && data.getAll('a') !== data.getAll('a'));
  data.set('a', 'new'); // in the place of the first
  assert.strictEqual(rows(data), 'a=new&b=null&\ufffd=\ufffd&c=[object Object]');
  data.set('d', 'x');
  data.delete('b');
  data.delete('none');
  data.append('b', 'again');
  assert.strictEqual(rows(data), 'a=new&\ufffd=\ufffd&c=[object Object]&d=x&b=again');
  assert.strictEqual(data.append('x', 'y'), undefined);
  assert.throws(() => data.append('a', Symbol('s')), TypeError);
}

{ // files
  const file = new File(['abc'], 'n.txt', { type: 'a/b', lastModified: 3 });
  const data = of(['f', file], ['b', new Blob(['x'], { type: 'c/d' })]);
  assert.strictEqual(data.get('f'), file);
  const made = data.get('b');
  assert.deepStrictEqual([made instanceof File, made.name, made.type, made.size], [true, 'blob', 'c/d', 1]);
  assert.strictEqual(data.get('b'), made);
  data.append('f', file, 'other');
  data.set('b', new Blob(), undefined);
  data.append('g', new Blob(), null);
  assert.deepStrictEqual([data.getAll('f')[1].name, data.getAll('f')[1].lastModified, data.getAll('f')[1].type, data.get('b').name, data.get('g').name], ['other', 3, 'a/b', 'blob', 'null']);
  for (const [args, key] of [[['a', 'b', 'c'], 'append'], [['a', 'b', undefined], 'append'], [['a', {}, 'c'], 'set'], [['a', Object.create(Blob.prototype), 'c'], 'set']])
    assert.throws(() => data[key](...args), { code: 'ERR_INVALID_ARG_TYPE', message: `Failed to execute '${key}' on 'FormData': parameter 2 is not of type 'Blob'.` });
}

{ // iteration goes by position, and sees what changes
  const data = of(['a', '1'], ['b', '2'], ['c', '3']);
  assert.deepStrictEqual([[...data.keys()], [...data.values()], [...data.entries()]], [['a', 'b', 'c'], ['1', '2', '3'], [['a', '1'], ['b', '2'], ['c', '3']]]);
  const seen = [];
  for (const [name] of data) {
    seen.push(name);
    if (name === 'a') data.delete('a');
    if (seen.length === 2) data.append('d', '4');
  }
  assert.deepStrictEqual(seen, ['a', 'c', 'd']);
  const self = {};
  const calls = [];
  assert.strictEqual(data.forEach(function(value, name, whole) { calls.push([this === self, value, name, whole === data]); if (name === 'b') data.append('e', '5'); }, self), undefined);
  assert.deepStrictEqual(calls.map(([isSelf, value, name, isWhole]) => `${isSelf}${value}${name}${isWhole}`), ['true2btrue', 'true3ctrue', 'true4dtrue', 'true5etrue']);
  for (const callback of [undefined, null, {}, 'f']) assert.throws(() => data.forEach(callback), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  const iterator = data.entries(), prototype = Object.getPrototypeOf(iterator);
  assert.deepStrictEqual([String(iterator), Object.keys(prototype), iterator[Symbol.iterator]() === iterator, Object.hasOwn(prototype, 'constructor')], ['[object FormData Iterator]', ['next'], true, false]);
  assert.strictEqual(Object.getPrototypeOf(prototype), Object.getPrototypeOf(Object.getPrototypeOf([].values())));
  assert.notStrictEqual(iterator.next().value, data.entries().next().value); // arrays of the program's own
  for (const other of [undefined, {}, prototype, new Headers().entries()]) assert.throws(() => prototype.next.call(other), { name: 'TypeError', code: 'ERR_INVALID_THIS' });
}

{ // arguments that run the program
  const data = of(['a', '1']);
  data.append({ toString() { data.delete('a'); return 'x'; } }, { toString() { data.append('first', ''); return 'y'; } });
  assert.strictEqual(rows(data), 'first=&x=y');
  data.set({ toString() { data.delete('x'); return 'x'; } }, 'z');
  assert.strictEqual(rows(data), 'first=&x=z');
}

{ // against a plain list
  const data = new FormData();
  let model = [];
  let seed = 7;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n;
  for (let step = 0; step < 3000; step++) {
    const name = String(random(8)), value = String(step);
    switch (random(5)) {
      case 0: case 1: data.append(name, value); model.push([name, value]); break;
      case 2: data.delete(name); model = model.filter((pair) => pair[0] !== name); break;
      case 3: {
        data.set(name, value);
        const at = model.findIndex((pair) => pair[0] === name);
        if (at === -1) model.push([name, value]);
        else model = model.filter((pair, i) => i <= at || pair[0] !== name).map((pair, i) => (i === at ? [name, value] : pair));
        break;
      }
      default: assert.deepStrictEqual([data.getAll(name), data.get(name), data.has(name)], [model.filter((pair) => pair[0] === name).map((pair) => pair[1]), model.find((pair) => pair[0] === name)?.[1] ?? null, model.some((pair) => pair[0] === name)]);
    }
    if (step % 50 === 0) assert.deepStrictEqual([...data], model);
  }
}

{ // no sequence of calls is quadratic
  const data = new FormData();
  const start = performance.now();
  for (let i = 0; i < 30_000; i++) data.set(`n${i}`, 'x');
  for (let i = 0; i < 30_000; i++) assert.ok(data.get(`n${i}`) === 'x');
  for (let i = 0; i < 30_000; i++) data.delete(`n${i}`);
  assert.deepStrictEqual([...data], []);
  assert.ok(performance.now() - start < 8000);
}

assert.strictEqual(util.inspect(new FormData()), 'FormData {}');
assert.strictEqual(util.inspect(of(['a', 'b'], ['c', 'd'], ['a', 'e'], ['__proto__', 'f'])), "FormData { a: [ 'b', 'e' ], c: 'd', ['__proto__']: 'f' }");
