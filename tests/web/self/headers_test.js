// Headers: what they can be made of, names and values, combining, sorting, Set-Cookie, iteration while they change, cost.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const rows = (headers) => [...headers].map((pair) => pair.join(': ')).join(' | ');

{ // the interface
  assert.deepStrictEqual([Headers.length, String(new Headers()), Headers.prototype[Symbol.iterator] === Headers.prototype.entries], [0, '[object Headers]', true]);
  const lengths = { append: 2, delete: 1, get: 1, getSetCookie: 0, has: 1, set: 2, entries: 0, keys: 0, values: 0, forEach: 1 };
  assert.deepStrictEqual(Object.keys(Headers.prototype).sort(), Object.keys(lengths).sort());
  for (const [key, length] of Object.entries(lengths)) {
    assert.strictEqual(Headers.prototype[key].length, length, key);
    const args = Array(length).fill('x');
    for (const self of [undefined, {}, Headers.prototype, new Proxy(new Headers(), {})])
      assert.throws(() => Headers.prototype[key].apply(self, args), { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Headers' });
    for (let count = 0; count < length; count++) assert.throws(() => new Headers()[key](...args.slice(0, count)), { name: 'TypeError', code: 'ERR_MISSING_ARGS' });
  }
  assert.throws(() => Headers(), TypeError);
  assert.throws(() => structuredClone(new Headers()), { name: 'DataCloneError' });
}

// [init, what is in them]
for (const [init, expected] of [
  [undefined, ''], [{}, ''], [[], ''], [{ B: 1, a: 'x' }, 'a: x | b: 1'], [[['b', 1], ['A', 'x'], ['B', 2]], 'a: x | b: 1, 2'], [new Headers({ a: 'b' }), 'a: b'], [new Map([['a', 'b']]), 'a: b'],
  [{ a: '1', A: '2' }, 'a: 1, 2'], [[new Set(['a', 'b'])], 'a: b'], [[new String('ab')], 'a: b'], [{ a: null, b: undefined }, 'a: null | b: undefined'],
  [Object.create({ inherited: 1 }, { hidden: { value: 1 }, shown: { value: 2, enumerable: true } }), 'shown: 2'], [Object.assign(() => {}, { a: 1 }), 'a: 1'],
  [(function* () { yield ['a', 1]; })(), 'a: 1'], [{ a: ' \t\r\n b \n' }, 'a: b'], [{ a: '' }, 'a: '], [{ a: '\x01\xff\x7f' }, 'a: \x01\xff\x7f'], [Object.defineProperty({ a: 1 }, Symbol.iterator, { value: null }), 'a: 1'],
]) assert.strictEqual(rows(new Headers(init)), expected, util.inspect(init));

for (const init of [null, 1, 'ab', true, Symbol('s'), [1], ['ab'], [null], [['a']], [[]], [['a', 'b', 'c']], { [Symbol.iterator]: 1 }, { [Symbol('s')]: 1 }, [[Symbol('s'), 1]],
  { a: 'b\nc' }, { a: '\0' }, { a: '\u0100' }, { '\u0100': 1 }, { '': 1 }, { 'a b': 1 }, { 'a:': 1 }, { 'a\xe9': 1 }, { a: 'b\r\nc: d' }]) assert.throws(() => new Headers(init), TypeError, util.inspect(init));

{ // names are tokens, values have no line ends
  const headers = new Headers();
  const every = "!#$%&'*+-.^_`|~09azAZ";
  headers.append(every, 'x');
  assert.deepStrictEqual([headers.get(every), headers.has(every.toLowerCase())], ['x', true]);
  for (let code = 0; code < 256; code++) {
    const c = String.fromCharCode(code);
    const isToken = every.includes(c) || /[0-9a-zA-Z]/.test(c);
    for (const call of [() => headers.append(c, 'v'), () => headers.set(c, 'v'), () => headers.get(c), () => headers.has(c), () => headers.delete(c)]) {
      if (isToken) call();
      else assert.throws(call, { name: 'TypeError', message: /is an invalid header name/ });
    }
    const isValue = ![0, 10, 13].includes(code);
    for (const key of ['append', 'set']) {
      if (isValue) headers[key]('v', `a${c}b`);
      else assert.throws(() => headers[key]('v', `a${c}b`), { name: 'TypeError', message: /is an invalid header value/ });
    }
  }
  assert.throws(() => headers.set('a', 'b\u20ac'), { name: 'TypeError', message: "Cannot convert a header's value to a ByteString because the character at index 1 has a value of 8364 which is greater than 255." });
  assert.throws(() => headers.get('\u212a'), TypeError); // whose lower case is a k
}

{ // reading and changing
  const headers = new Headers([['Accept', 'a'], ['ACCEPT', 'b'], ['X-One', '1']]);
  assert.deepStrictEqual([headers.get('accept'), headers.get('x-one'), headers.get('none'), headers.has('ACCEPT'), headers.has('none')], ['a, b', '1', null, true, false]);
  headers.set('accept', ' c ');
  headers.append('x-two', '2');
  headers.delete('X-ONE');
  headers.delete('none');
  assert.strictEqual(rows(headers), 'accept: c | x-two: 2');
  assert.strictEqual(util.inspect(headers), "Headers { Accept: 'c', 'x-two': '2' }");
  headers.append('Accept', '');
  assert.strictEqual(headers.get('Accept'), 'c, ');
}

{ // Set-Cookie is never combined when iterating
  const headers = new Headers([['set-cookie', 'a=1'], ['x', '1'], ['Set-Cookie', 'b=2'], ['a', '0']]);
  assert.strictEqual(rows(headers), 'a: 0 | set-cookie: a=1 | set-cookie: b=2 | x: 1');
  assert.deepStrictEqual([headers.get('set-cookie'), headers.getSetCookie(), [...headers.keys()], [...headers.values()]], ['a=1, b=2', ['a=1', 'b=2'], ['a', 'set-cookie', 'set-cookie', 'x'], ['0', 'a=1', 'b=2', '1']]);
  headers.getSetCookie().push('x');
  assert.strictEqual(rows(new Headers(headers)), rows(headers));
  headers.set('SET-COOKIE', 'c=3');
  assert.deepStrictEqual(headers.getSetCookie(), ['c=3']);
  headers.delete('set-cookie');
  assert.deepStrictEqual([headers.getSetCookie(), rows(headers)], [[], 'a: 0 | x: 1']);
}

{ // iteration goes by position in what is sorted now
  const headers = new Headers({ b: '1', d: '2', f: '3' });
  const seen = [];
  for (const [name] of headers) {
    seen.push(name);
    if (name === 'b') headers.append('c', 'x');
    if (name === 'c') headers.delete('d');
    if (name === 'f' && !headers.has('a')) { headers.append('a', 'y'); headers.append('set-cookie', 'z'); headers.append('Set-Cookie', 'z'); }
    if (seen.length > 20) break;
  }
  assert.deepStrictEqual(seen, ['b', 'c', 'f', 'f', 'set-cookie', 'set-cookie']);
  const calls = [];
  headers.forEach(function(value, name, whole) { calls.push(`${this}${value}${name}${whole === headers}`); }, 'self');
  assert.strictEqual(calls[0], 'selfyatrue');
  const iterator = headers.keys(), prototype = Object.getPrototypeOf(iterator);
  assert.deepStrictEqual([String(iterator), Object.keys(prototype)], ['[object Headers Iterator]', ['next']]);
  assert.throws(() => prototype.next.call(new FormData().keys()), { code: 'ERR_INVALID_THIS' });
}

{ // in which order a record is read
  const order = [];
  const record = new Proxy({ b: 1, a: 2, hidden: 3 }, {
    ownKeys: (target) => (order.push('ownKeys'), Reflect.ownKeys(target)),
    getOwnPropertyDescriptor: (target, key) => (order.push(`own ${String(key)}`), { value: 0, configurable: true, writable: true, enumerable: key !== 'hidden' }),
    get: (target, key) => (order.push(`get ${String(key)}`), target[key]),
  });
  assert.strictEqual(rows(new Headers(record)), 'a: 2 | b: 1');
  assert.deepStrictEqual(order, ['get Symbol(Symbol.iterator)', 'ownKeys', 'own b', 'get b', 'own a', 'get a', 'own hidden']);
  // All is read before anything of it is looked at.
  assert.throws(() => new Headers([['a b', 'x'], { [Symbol.iterator]() { throw new RangeError('read'); } }]), RangeError);
  let asked = false;
  class Mine extends Headers { *[Symbol.iterator]() { asked = true; yield ['mine', '1']; } }
  assert.strictEqual(rows(new Headers(new Mine())), 'mine: 1');
  assert.ok(asked);
}

{ // against a plain list, with iteration in between
  const headers = new Headers();
  let model = [];
  let seed = 11;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n;
  const names = ['a', 'B', 'c', 'set-cookie', 'Set-Cookie', 'z', 'Y', 'x-1'];
  for (let step = 0; step < 3000; step++) {
    const name = names[random(names.length)], key = name.toLowerCase(), value = String(step);
    switch (random(4)) {
      case 0: case 1: headers.append(name, value); model.push([key, value]); break;
      case 2: headers.delete(name); model = model.filter((pair) => pair[0] !== key); break;
      default: headers.set(name, value); model = [...model.filter((pair) => pair[0] !== key), [key, value]];
    }
    if (random(4) !== 0) continue;
    const keys = [...new Set(model.map((pair) => pair[0]))].sort();
    const all = (wanted) => model.filter((pair) => pair[0] === wanted).map((pair) => pair[1]);
    assert.deepStrictEqual([...headers], keys.flatMap((wanted) => (wanted === 'set-cookie' ? all(wanted).map((cookie) => [wanted, cookie]) : [[wanted, all(wanted).join(', ')]])));
    assert.strictEqual(headers.get(name), all(key).length === 0 ? null : all(key).join(', '));
  }
}

{ // no sequence of calls is quadratic
  const start = performance.now();
  const pairs = [];
  for (let i = 0; i < 5_000; i++) pairs.push([`n${i}`, 'x'], ['same', 'y'], ['set-cookie', 'z']);
  const headers = new Headers(pairs);
  for (let i = 0; i < 5_000; i++) assert.ok(headers.get(`n${i}`) === 'x');
  assert.strictEqual([...headers].length, 10_001);
  for (let i = 0; i < 5_000; i++) headers.set(`n${i}`, 'w');
  for (let i = 0; i < 5_000; i++) headers.delete(`n${i}`);
  assert.strictEqual(headers.get('same').length, 5_000 * 3 - 2);
  assert.ok(performance.now() - start < 8000);
}
