// URLSearchParams: every way to make one, the form encoding, every method, iteration while it changes, and the link to a URL.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const pairs = (params) => [...params].map((pair) => pair.join('\x00'));
const of = (...rows) => rows.map((row) => row.join('\x00'));

// [text, pairs...]
for (const [text, ...expected] of [
  [''], ['?'], ['&&&'], ['a', ['a', '']], ['a=', ['a', '']], ['=a', ['', 'a']], ['=', ['', '']], ['a=b', ['a', 'b']], ['a=b=c', ['a', 'b=c']], ['a&b=c&', ['a', ''], ['b', 'c']], ['?a=b', ['a', 'b']], ['??a=b', ['?a', 'b']],
  ['a+b=c+d', ['a b', 'c d']], ['%61%3D=%26', ['a=', '&']], ['a%2Bb=%20', ['a+b', ' ']], ['a=%F0%9F%98%80', ['a', '😀']], ['a=é😀', ['a', 'é😀']], ['%c3%A9', ['é', '']],
  ['a=%', ['a', '%']], ['a=%4', ['a', '%4']], ['a=%zz%41', ['a', '%zzA']], ['a=%ff', ['a', '\ufffd']], ['a=%C3%28', ['a', '\ufffd(']], ['a=%F0%9F%98', ['a', '\ufffd']], ['a=%E4%F0%9F%98%80', ['a', '\ufffd😀']], ['a=%ffé☃', ['a', '\ufffdé☃']],
  ['%EF%BB%BFa=\ufeff', ['\ufeffa', '\ufeff']], ['a=\ud800', ['a', '\ufffd']], ['\udc00\ud800=\ud83d', ['\ufffd\ufffd', '\ufffd']], ['a=%00', ['a', '\0']], ['a;b=c', ['a;b', 'c']], ['a#b', ['a#b', '']], ['a=%+%', ['a', '% %']],
  ['a=\t\n', ['a', '\t\n']], ['a=1&a=2', ['a', '1'], ['a', '2']],
]) {
  assert.deepStrictEqual(pairs(new URLSearchParams(text)), of(...expected), JSON.stringify(text));
  assert.strictEqual(new URLSearchParams(text).size, expected.length, JSON.stringify(text));
}

// [pairs, text]
for (const [rows, text] of [
  [[], ''], [[['a', 'b']], 'a=b'], [[['', '']], '='], [[['a', ''], ['', 'b']], 'a=&=b'], [[['a b', 'c+d']], 'a+b=c%2Bd'], [[["!'()~", '*-._']], '%21%27%28%29%7E=*-._'], [[['&=?#', '%']], '%26%3D%3F%23=%25'],
  [[['é', '😀']], '%C3%A9=%F0%9F%98%80'], [[['\0', '\x7f']], '%00=%7F'], [[['a', '\ud800']], 'a=%EF%BF%BD'], [[['A1', 'z9']], 'A1=z9'], [[['\n', '\t/\\"<>`{}|^[]@:;,$']], '%0A=%09%2F%5C%22%3C%3E%60%7B%7D%7C%5E%5B%5D%40%3A%3B%2C%24'],
]) {
  const params = new URLSearchParams(rows);
  assert.strictEqual(String(params), text, JSON.stringify(rows));
  assert.strictEqual(String(new URLSearchParams(text)), text, JSON.stringify(rows));
}

{ // what one can be made of
  const of1 = (init) => String(new URLSearchParams(init));
  assert.strictEqual(of1(), '');
  assert.strictEqual(of1(undefined), '');
  assert.deepStrictEqual([of1(null), of1(5), of1(true), of1(10n)], ['null=', '5=', 'true=', '10=']);
  assert.strictEqual(of1({ a: 1, b: [2, 3], 'c d': undefined }), 'a=1&b=2%2C3&c+d=undefined');
  assert.strictEqual(of1(Object.assign(() => {}, { a: 1 })), 'a=1');
  assert.strictEqual(of1(Object.create({ inherited: 1 }, { hidden: { value: 1 }, shown: { value: 2, enumerable: true } })), 'shown=2');
  assert.strictEqual(of1({ '\ud800': 1, '\udc00': 2, b: 3 }), '%EF%BF%BD=2&b=3');
  assert.strictEqual(of1([['a', 1], new Set(['b', 2]), ['c', null]]), 'a=1&b=2&c=null');
  assert.strictEqual(of1(new Map([['a', 1], ['b', 2]])), 'a=1&b=2');
  assert.strictEqual(of1((function* () { yield ['a', 1]; yield [new String('b'), 2]; })()), 'a=1&b=2');
  assert.strictEqual(of1([new String('ab')]), 'a=b');
  const original = new URLSearchParams('a=1&a=2');
  const copy = new URLSearchParams(original);
  copy.append('b', '3');
  assert.deepStrictEqual([String(original), String(copy)], ['a=1&a=2', 'a=1&a=2&b=3']);
  assert.strictEqual(of1(Object.defineProperty({ a: 1 }, Symbol.iterator, { value: null })), 'a=1');

  const tuple = { name: 'TypeError', code: 'ERR_INVALID_TUPLE', message: 'Each query pair must be an iterable [name, value] tuple' };
  for (const init of [[1], ['ab'], [null], [[]], [['a']], [['a', 'b', 'c']], [{}], [() => {}], new Set(['ab']), new String('a=b')]) {
    assert.throws(() => new URLSearchParams(init), tuple, util.inspect(init));
  }
  assert.throws(() => new URLSearchParams({ [Symbol.iterator]: 1 }), { name: 'TypeError', code: 'ERR_ARG_NOT_ITERABLE', message: 'Query pairs must be iterable' });
  for (const init of [Symbol('s'), { a: Symbol('s') }, [['a', Symbol('s')]], { [Symbol('s')]: 1 }]) assert.throws(() => new URLSearchParams(init), TypeError);
  assert.throws(() => URLSearchParams(), TypeError);
}

{ // reading
  const params = new URLSearchParams('a=1&b=2&a=3&\ufffd=4');
  assert.deepStrictEqual([params.get('a'), params.get('b'), params.get('c'), params.get('\ud800')], ['1', '2', null, '4']);
  assert.deepStrictEqual([params.getAll('a'), params.getAll('c')], [['1', '3'], []]);
  assert.deepStrictEqual([params.has('a'), params.has('c'), params.has('a', '3'), params.has('a', 3), params.has('a', '2'), params.has('a', undefined), params.has('\udc00')], [true, false, true, true, false, true, true]);
  assert.strictEqual(new URLSearchParams('undefined=1').get(undefined), '1');
}

{ // writing
  const after = (text, change) => { const params = new URLSearchParams(text); assert.strictEqual(change(params), undefined); return String(params); };
  assert.strictEqual(after('a=1', (p) => p.append('a', '2')), 'a=1&a=2');
  assert.strictEqual(after('', (p) => p.append('\ud800', null)), '%EF%BF%BD=null');
  assert.strictEqual(after('a=1&b=2&a=3&c=4&a=5', (p) => p.set('a', '6')), 'a=6&b=2&c=4');
  assert.strictEqual(after('a=1', (p) => p.set('b', '2')), 'a=1&b=2');
  assert.strictEqual(after('a=1&b=2&a=3', (p) => p.delete('a')), 'b=2');
  assert.strictEqual(after('a=1&b=2&a=3', (p) => p.delete('a', '3')), 'a=1&b=2');
  assert.strictEqual(after('a=1&b=2&a=3', (p) => p.delete('a', undefined)), 'b=2');
  assert.strictEqual(after('a=undefined&a=1', (p) => p.delete('a', 'undefined')), 'a=1');
  assert.strictEqual(after('a=1', (p) => p.delete('b')), 'a=1');
  assert.strictEqual(after('z=1&a=2&z=0&a=1', (p) => p.sort()), 'a=2&a=1&z=1&z=0');
  // By code units, which is not by code points: the surrogates of U+1F600 come before U+FF5E.
  assert.strictEqual(after('%EF%BD%9E&%F0%9F%98%80&b&B&', (p) => p.sort()), 'B=&b=&%F0%9F%98%80=&%EF%BD%9E=');
  const many = Array.from({ length: 1000 }, (_, i) => [`k${i % 7}`, `${i}`]);
  const sorted = new URLSearchParams(many);
  sorted.sort();
  assert.deepStrictEqual([...sorted], [...many].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)));
}

{ // iterating
  const params = new URLSearchParams('a=1&b=2&c=3');
  assert.deepStrictEqual([...params.keys()], ['a', 'b', 'c']);
  assert.deepStrictEqual([...params.values()], ['1', '2', '3']);
  assert.deepStrictEqual([...params.entries()], [['a', '1'], ['b', '2'], ['c', '3']]);
  assert.strictEqual(params[Symbol.iterator], params.entries);
  const seen = [];
  for (const [name] of params) {
    seen.push(name);
    if (name === 'a') params.delete('a');                          // the next one moves to where this one was
    if (name === 'c') params.append('d', '4');
    if (name === 'd') params.delete('d');
  }
  assert.deepStrictEqual(seen, ['a', 'c', 'd']);
  const calls = [];
  assert.strictEqual(params.forEach(function (...args) { calls.push([this.tag, ...args]); params.delete('c'); }, { tag: 't' }), undefined);
  assert.deepStrictEqual(calls, [['t', '2', 'b', params]]);
  const iterator = params.keys();
  assert.deepStrictEqual([iterator.next(), iterator.next(), iterator.next()], [{ done: false, value: 'b' }, { done: true, value: undefined }, { done: true, value: undefined }]);
  params.append('e', '5');
  assert.deepStrictEqual(iterator.next(), { done: false, value: 'e' });
  const prototype = Object.getPrototypeOf(iterator);
  assert.strictEqual(Object.getPrototypeOf(prototype), Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())));
  assert.deepStrictEqual([prototype[Symbol.toStringTag], Object.keys(prototype), Object.hasOwn(prototype, 'constructor')], ['URLSearchParams Iterator', ['next'], false]);
  for (const self of [undefined, {}, prototype, [].keys()]) {
    assert.throws(() => prototype.next.call(self), { code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type URLSearchParamsIterator' });
  }
}

{ // with a URL, both ways
  const url = new URL('http://h/p?a=1&b=%7E#f');
  const params = url.searchParams;
  assert.strictEqual(url.searchParams, params);
  assert.strictEqual(url.href, 'http://h/p?a=1&b=%7E#f');
  params.append('c', 'd e');
  assert.deepStrictEqual([url.href, url.search], ['http://h/p?a=1&b=%7E&c=d+e#f', '?a=1&b=%7E&c=d+e']);
  params.delete('b');
  params.set('a', '\'');
  params.sort();
  assert.strictEqual(JSON.stringify(url), '"http://h/p?a=%27&c=d+e#f"');
  url.search = '?x=1';
  assert.deepStrictEqual([...params], [['x', '1']]);
  url.search = '??x';
  assert.deepStrictEqual([...params], [['?x', '']]);
  url.search = '';
  assert.deepStrictEqual([params.size, url.href], [0, 'http://h/p#f']);
  url.search = 'a\tb';                                             // the tab is not in the URL, but the parameters are those of the text
  assert.deepStrictEqual([url.search, params.get('a\tb')], ['?ab', '']);
  url.href = 'http://i/?y=2&z';
  assert.deepStrictEqual([...params], [['y', '2'], ['z', '']]);
  params.delete('y');
  params.delete('z');
  assert.strictEqual(url.href, 'http://i/');
  params.append('q', '1');
  url.hash = 'g';                                                  // one change after another, from both sides
  url.pathname = '/r';
  assert.strictEqual(url.href, 'http://i/r?q=1#g');
  const untouched = new URL('http://h/?a=~');
  untouched.searchParams.has('a');
  assert.strictEqual(untouched.search, '?a=~');
  untouched.searchParams.delete('b');
  assert.strictEqual(untouched.search, '?a=%7E');
  assert.deepStrictEqual([...new URL('http://h/??a=b').searchParams], [['?a', 'b']]);
  const opaque = new URL('mailto:a  ?b');
  opaque.searchParams.delete('b');
  assert.strictEqual(opaque.href, 'mailto:a %20');
  const iterating = new URL('http://h/?a=1&b=2');
  const iterator = iterating.searchParams.keys();
  iterator.next();
  iterating.search = '?c=1&d=2&e=3';
  assert.deepStrictEqual([...iterator], ['d', 'e']);
}

{ // an argument's text is made first, and what that changes stays
  const url = new URL('http://h/?x=1');
  const params = url.searchParams;
  const changing = (search, text) => ({ toString() { url.search = search; return text; } });
  params.append('y', changing('z=1', '2'));
  assert.strictEqual(url.href, 'http://h/?z=1&y=2');
  params.set(changing('a=1&b=2', 'b'), '3');
  assert.strictEqual(url.href, 'http://h/?a=1&b=3');
  params.delete(changing('c=1&d=2', 'c'));
  assert.strictEqual(url.href, 'http://h/?d=2');
  assert.strictEqual(params.get(changing('e=4', 'e')), '4');
  assert.deepStrictEqual(params.getAll(changing('f=5&f=6', 'f')), ['5', '6']);
  assert.strictEqual(params.has('f', changing('f=7', '7')), true);
  assert.strictEqual(url.href, 'http://h/?f=7');
}

{ // arguments
  const params = new URLSearchParams('a=1');
  const missing = (message, ...calls) => calls.forEach((call) => assert.throws(call, { name: 'TypeError', code: 'ERR_MISSING_ARGS', message }));
  missing('The "name" argument must be specified', () => params.get(), () => params.getAll(), () => params.has(), () => params.delete());
  missing('The "name" and "value" arguments must be specified', () => params.append(), () => params.append('a'), () => params.set(), () => params.set('a'));
  for (const callback of [undefined, null, {}, 'f']) assert.throws(() => params.forEach(callback), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.strictEqual(String(params), 'a=1');
}

{ // the class, as Web IDL has it
  const names = [];
  for (const name in new URLSearchParams()) names.push(name);
  assert.deepStrictEqual(names, ['size', 'append', 'delete', 'get', 'getAll', 'has', 'set', 'sort', 'entries', 'forEach', 'keys', 'values', 'toString']);
  const lengths = { append: 2, delete: 1, get: 1, getAll: 1, has: 1, set: 2, sort: 0, entries: 0, forEach: 1, keys: 0, values: 0, toString: 0 };
  for (const name of names) {
    const { get, value } = Object.getOwnPropertyDescriptor(URLSearchParams.prototype, name);
    if (value !== undefined) assert.strictEqual(value.length, lengths[name], name);
    for (const self of [undefined, null, 1, {}, Object.create(URLSearchParams.prototype), new Proxy(new URLSearchParams(), {}), new URL('x:')]) {
      assert.throws(() => (get ?? value).call(self, 'a', 'b'), { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type URLSearchParams' }, name);
    }
  }
  const global = Object.getOwnPropertyDescriptor(globalThis, 'URLSearchParams');
  assert.deepStrictEqual([global.writable, global.enumerable, global.configurable], [true, false, true]);
  assert.strictEqual(require('node:url').URLSearchParams, URLSearchParams);
  assert.deepStrictEqual([URLSearchParams.length, URLSearchParams.name, Object.prototype.toString.call(new URLSearchParams())], [0, 'URLSearchParams', '[object URLSearchParams]']);
  assert.deepStrictEqual(Reflect.ownKeys(new URLSearchParams('a=b')), []);
}

{ // inspect
  const long = 'x'.repeat(60);
  assert.strictEqual(util.inspect(new URLSearchParams('a=b&c=%20')), "URLSearchParams { 'a' => 'b', 'c' => ' ' }");
  assert.strictEqual(util.inspect(new URLSearchParams()), 'URLSearchParams {}');
  assert.strictEqual(util.inspect(new URLSearchParams(`a=${long}&b`)), `URLSearchParams { 'a' => '${long}', 'b' => '' }`);
  assert.strictEqual(util.inspect(new URLSearchParams(`a=${long}&b=1`)), `URLSearchParams {\n  'a' => '${long}',\n  'b' => '1' }`);
  assert.strictEqual(util.inspect({ p: new URLSearchParams('a=b') }, { depth: 0 }), '{ p: [Object] }');
  const iterator = new URLSearchParams('a=b&c=d').entries();
  iterator.next();
  assert.strictEqual(util.inspect(iterator), "URLSearchParams Iterator { [ 'c', 'd' ] }");
  assert.strictEqual(util.inspect(new URLSearchParams('a=b').keys()), "URLSearchParams Iterator { 'a' }");
  assert.strictEqual(util.inspect(new URLSearchParams('a=b').values(), { depth: -1 }), '[Object]');
}
