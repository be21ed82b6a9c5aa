// URLPattern: how patterns are read, cut and brought into their normal form, what they match, what they refuse, and patterns that mean harm.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const components = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
const invalid = { name: 'TypeError', code: 'ERR_INVALID_URL_PATTERN' };
// What differs from `*` in a pattern.
const shown = (...args) => {
  const pattern = new URLPattern(...args);
  return components.filter((name) => pattern[name] !== '*').map((name) => `${name}=${pattern[name]}`).join(' ');
};
const path = (pattern, value) => new URLPattern({ pathname: pattern }).exec({ pathname: value })?.pathname.groups ?? null;

{ // the interface
  assert.strictEqual(URLPattern.name, 'URLPattern');
  assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, 'URLPattern') },
    { value: URLPattern, writable: true, enumerable: false, configurable: true });
  assert.strictEqual(require('node:url').URLPattern, URLPattern);
  assert.strictEqual(URLPattern.length, 0);
  assert.strictEqual(URLPattern.prototype.test.length, 0);
  assert.strictEqual(URLPattern.prototype.exec.length, 0);
  assert.throws(() => URLPattern(), TypeError);
  const pattern = new URLPattern();
  assert.strictEqual(Object.prototype.toString.call(pattern), '[object URLPattern]');
  assert.deepStrictEqual(Reflect.ownKeys(pattern), []);
  for (const key of Object.getOwnPropertyNames(URLPattern.prototype)) {
    const { get, value, enumerable } = Object.getOwnPropertyDescriptor(URLPattern.prototype, key);
    assert.strictEqual(enumerable, key !== 'constructor', key);
    if (key === 'constructor') continue;
    for (const stranger of [{}, URLPattern.prototype, Object.create(pattern), undefined]) assert.throws(() => (get ?? value).call(stranger), TypeError, key);
  }
  assert.throws(() => structuredClone(pattern), { name: 'DataCloneError' });
  assert.match(util.inspect(new URLPattern({ pathname: '/a' })), /^URLPattern \{\n  protocol: '\*',[^]*  pathname: '\/a',\n/);
  for (const input of [undefined, null, {}, []]) assert.strictEqual(shown(input), '');
}

{ // groups and modifiers of a path
  for (const [pattern, value, groups] of [
    ['/a/:b', '/a/x', { b: 'x' }], ['/a/:b', '/a/', null], ['/a/:b', '/a/x/y', null], ['/a/:b?', '/a', { b: undefined }], ['/a/:b?', '/a/', null],
    ['/a/:b+', '/a/x/y', { b: 'x/y' }], ['/a/:b+', '/a', null], ['/a/:b*', '/a', { b: undefined }], ['/a/:b*', '/a/x/y/z', { b: 'x/y/z' }],
    ['/a/*', '/a/x/y', { 0: 'x/y' }], ['/a/*', '/a', null], ['/a/*?', '/a', { 0: undefined }], ['*{}**?', 'x', { 0: 'x', 1: undefined }],
    ['/a/(\\d+)', '/a/12', { 0: '12' }], ['/a/:n(\\d+)', '/a/x', null], ['/a/(x|y)+', '/a/x/y/x', { 0: 'x/y/x' }],
    ['/a{/b}?', '/a', {}], ['/a{/b}*c', '/a/b/bc', {}], ['/a{/b}+', '/a', null], ['{x:a-}+', 'x1-x2-', { a: '1-x2' }],
    ['/:a-:b', '/x-y-z', { a: 'x', b: 'y-z' }], ['/:a.:b', '/x.y', { a: 'x', b: 'y' }], ['(a)(.*)', 'abc', { 0: 'a', 1: 'bc' }],
    ['/:café', '/x', { café: 'x' }], ['/:$_1', '/x', { $_1: 'x' }], ['/([[a-z]--a])', '/a', null], ['/([[a-z]--a])', '/b', { 0: 'b' }],
    ['/(?:a)', '/a', 'error'], ['/\\:a', '/:a', {}], ['/caf%C3%A9', '/café', {}], ['/b', '/a/../b', {}], ['./a', './a', {}],
  ]) {
    if (groups === 'error') assert.throws(() => path(pattern, value), invalid, pattern);
    else assert.deepStrictEqual(path(pattern, value), groups, `${pattern} ${value}`);
  }
  const groups = path('/:__proto__/:constructor', '/a/b');
  assert.deepStrictEqual(Object.getOwnPropertyNames(groups), ['__proto__', 'constructor']);
  assert.strictEqual(Object.getPrototypeOf(groups), Object.prototype);
}

{ // the normal form
  for (const [pattern, text] of [
    ['/a/(.*)', '/a/*'], ['/a/(.*)?', '/a/*?'], ['/a/([^\\/]+?)', '/a/([^\\/]+?)'], ['/{a}', '/a'], ['/{a}{b}?', '/a{b}?'], ['/\\{', '/%7B'], ['/é', '/%C3%A9'],
    ['/:a\\b', '{/:a}b'], [':a{}b', '{:a}b'], [':a{}(.*)', '{:a}(.*)'], ['{:a}{(.*)b}', ':a{*b}'], ['{:a\\b}', '{:a\\b}'], ['*\\/*', '*/{*}'], ['*{}**?', '*(.*)?'],
    ['{:a}:b(.*)', ':a:b(.*)'], ['/a/../b', '/b'],
  ]) assert.strictEqual(shown({ pathname: pattern }), `pathname=${text}`);
  for (const [init, text] of [
    [{ protocol: 'HTTPS:' }, 'protocol=https'], [{ protocol: 'http{s}?' }, 'protocol=http{s}?'], [{ hostname: 'CAFÉ.com' }, 'hostname=xn--caf-dma.com'],
    [{ hostname: '127.1' }, 'hostname=127.0.0.1'], [{ hostname: '[\\:\\:AB\\::n]' }, 'hostname=[\\:\\:ab\\::n]'], [{ hostname: 'a\nb' }, 'hostname=ab'],
    [{ protocol: 'foo', hostname: 'AbC' }, 'protocol=foo hostname=AbC'], [{ protocol: 'https', port: '443' }, 'protocol=https port='],
    [{ port: '0080' }, 'port=80'], [{ username: 'a@é' }, 'username=a%40%C3%A9'], [{ search: "?a'b c" }, 'search=a%27b%20c'],
    [{ hash: '#a b' }, 'hash=a%20b'], [{ protocol: 'data', pathname: 'a b/../c' }, 'protocol=data pathname=a b/../c'],
    [{ pathname: 'c', baseURL: 'https://u:p@h:1/a/b?q#f' }, 'protocol=https hostname=h port=1 pathname=/a/c'],
    [{ search: 'x', baseURL: 'https://h/a+b' }, 'protocol=https hostname=h port= pathname=/a\\+b search=x'],
    [{ baseURL: 'https://u:p@h/a?q=*#f' }, 'protocol=https hostname=h port= pathname=/a search=q=\\* hash=f'],
    [{ port: '2', baseURL: 'https://h:1/a' }, 'protocol=https hostname=h port=2'], [{ pathname: 'x', baseURL: 'data:abc' }, 'protocol=data hostname= port= pathname=x'],
  ]) assert.strictEqual(shown(init), text);
}

{ // patterns written like a URL
  for (const [args, text] of [
    [['https://example.com:8080/a?b#c'], 'protocol=https hostname=example.com port=8080 pathname=/a search=b hash=c'],
    [['http{s}?://{*.}?example.com/:a/:b'], 'protocol=http{s}? hostname={*.}?example.com port= pathname=/:a/:b'],
    [['https://example.com?a'], 'protocol=https hostname=example.com port= pathname=/ search=a'], [['https://example.com#a'], 'protocol=https hostname=example.com port= pathname=/ search= hash=a'],
    [['https://example.com/*?a'], 'protocol=https hostname=example.com port= pathname=/*?a'], [['https://example.com/*\\?a'], 'protocol=https hostname=example.com port= pathname=/* search=a'],
    [['https://u\\:p@example.com'], 'protocol=https username=u password=p hostname=example.com port='], [['https://:u::p@h'], 'protocol=https username=:u password=:p hostname=h port='],
    [['data\\:abc'], 'protocol=data hostname= port= pathname=abc'], [['http://[\\:\\:1]:80/'], 'protocol=http hostname=[\\:\\:1] port= pathname=/'], [['http://[:a]/'], 'protocol=http hostname=[:a] port= pathname=/'],
    [['/a?b', 'https://h'], 'protocol=https hostname=h port= pathname=/a search=b'], [['#c', 'https://h/a?b'], 'protocol=https hostname=h port= pathname=/a search=b hash=c'],
    [['https://(sub.)?example(.com/)x'], 'protocol=https hostname=(sub.)?example(.com/)x port='], [['foo://bar'], 'protocol=foo hostname=bar port='], [['*:*'], 'port='],
    [['/a', 'https://h', { ignoreCase: true }], 'protocol=https hostname=h port= pathname=/a'], [['file:///a'], 'protocol=file hostname= port= pathname=/a'],
  ]) assert.strictEqual(shown(...args), text, args[0]);
}

{ // what is refused
  for (const args of [
    ['/a'], ['example.com/a'], ['data:abc'], ['*'], ['https://{a{.}}b'], ['https://a{@b'], ['{https://}a/b'], ['(https://)a/b'], ['(é)://a'], ['/a', ''], ['/a', 'no base'],
    [{ pathname: '/a' }, 'https://h'], [{ pathname: '/a', baseURL: '' }], [{ pathname: '/:a/:a' }], [{ pathname: '/(' }], [{ pathname: '/()' }], [{ pathname: '/(a' }], [{ pathname: '/(?a)' }],
    [{ pathname: '/(a(b))' }], [{ pathname: '/(\\' }], [{ pathname: '/(é)' }], [{ pathname: '/([)' }], [{ pathname: '/a\\' }], [{ pathname: '/:' }], [{ pathname: '/{a' }], [{ pathname: '/a}' }],
    [{ pathname: '/:😀' }], [{ port: 'x' }], [{ port: '65536' }], [{ protocol: '1a' }], [{ protocol: 'a b' }], [{ hostname: 'a b' }], [{ hostname: 'a\\:b' }], [{ hostname: '[\\:xy]' }], [{ hostname: 'a.1.1.1.1' }],
    ['/a', { ignoreCase: true }, 'https://h'],
  ]) assert.throws(() => new URLPattern(...args), TypeError, JSON.stringify(args));
  assert.throws(() => new URLPattern({ get hash() { throw new RangeError('mine'); } }), { name: 'RangeError', message: 'mine' });
  assert.throws(() => new URLPattern(Symbol('s')), TypeError);
  assert.throws(() => new URLPattern({}, 'https://h', 3), TypeError);
}

{ // matching
  const pattern = new URLPattern('https://:sub.example.com/:a?*');
  assert.strictEqual(pattern.test('https://x.example.com/y'), true);
  assert.strictEqual(pattern.test('y', 'https://x.example.com/'), true);
  assert.strictEqual(pattern.test(new URL('https://x.example.com/y')), true);
  for (const input of ['http://x.example.com/y', 'https://example.com/y', 'y', 'not a URL', {}, undefined]) assert.strictEqual(pattern.test(input), false);
  const result = pattern.exec('y', 'https://x.example.com/');
  assert.deepStrictEqual(Object.keys(result), ['hash', 'hostname', 'inputs', 'password', 'pathname', 'port', 'protocol', 'search', 'username']);
  assert.deepStrictEqual(result.inputs, ['y', 'https://x.example.com/']);
  assert.deepStrictEqual(result.hostname, { groups: { sub: 'x' }, input: 'x.example.com' });
  assert.strictEqual(pattern.exec('https://example.com/'), null);
  const init = { protocol: 'https:', hostname: 'X.example.com', pathname: '/y', more: 1 };
  assert.deepStrictEqual(pattern.exec(init).inputs, [{ hostname: 'X.example.com', pathname: '/y', protocol: 'https:' }]);
  assert.strictEqual(pattern.test({ pathname: 'y', baseURL: 'https://x.example.com/z' }), true);
  assert.strictEqual(pattern.test({ pathname: 'y', baseURL: 'no URL' }), false);
  assert.strictEqual(pattern.test({ port: 'x' }), false);
  assert.throws(() => pattern.test({ pathname: '/y' }, 'https://x.example.com'), { name: 'TypeError', code: 'ERR_OPERATION_FAILED' });
  assert.throws(() => pattern.exec({ pathname: '/y' }, 'https://x.example.com'), TypeError);
  assert.strictEqual(new URLPattern({ pathname: '/a', search: 'b', hash: 'c', hostname: 'h' }, { ignoreCase: true }).test({ pathname: '/A', search: 'B', hash: 'C', hostname: 'H' }), true);
  assert.strictEqual(new URLPattern({ pathname: '/a' }).test({ pathname: '/A' }), false);
  assert.strictEqual(new URLPattern({ protocol: '(data|foo)', pathname: 'a b' }).test('foo:a b'), true);
  assert.strictEqual(new URLPattern({ hostname: '[\\:\\::n]' }).exec('http://[::1]/').hostname.groups.n, '1');
  const order = [];
  pattern.test(new Proxy({}, { get: (target, key) => (order.push(key), undefined) }));
  assert.strictEqual(order.join(' '), 'baseURL hash hostname password pathname port protocol search username');
}

{ // hasRegExpGroups
  for (const [init, has] of [
    [{}, false], [{ pathname: '/:a*' }, false], [{ pathname: '/(.*)' }, false], [{ pathname: '/([^\\/]+?)' }, false], [{ pathname: '/(a)' }, true], [{ hash: ':x(\\d+)' }, true], [{ hostname: '([^\\.]+?)' }, false],
  ]) assert.strictEqual(new URLPattern(init).hasRegExpGroups, has, JSON.stringify(init));
}

{ // patched prototypes: nobody is asked
  const { exec } = RegExp.prototype;
  const { push } = Array.prototype;
  RegExp.prototype.exec = Array.prototype.push = () => { throw new Error('never'); };
  Object.defineProperty(Array.prototype, 0, { set() { throw new Error('never'); }, configurable: true });
  Object.defineProperty(Object.prototype, 'baseURL', { value: undefined, configurable: true, writable: true });
  let found;
  try {
    found = new URLPattern('https://h/:a(\\d+)').exec('https://h/1').pathname.groups.a;
  } finally {
    RegExp.prototype.exec = exec;
    Array.prototype.push = push;
    delete Array.prototype[0];
    delete Object.prototype.baseURL;
  }
  assert.strictEqual(found, '1');
}

{ // long patterns are read in linear time
  const n = 10_000;
  for (const text of ['('.repeat(n), '(a'.repeat(n), '(?:'.repeat(n), '(a(?:'.repeat(n), '{'.repeat(n), '\\'.repeat(n), ':'.repeat(n), ':a'.repeat(n), '*'.repeat(n), '?'.repeat(n), '[:'.repeat(n), 'a@'.repeat(n), `(${'(?:'.repeat(n)}`]) {
    const begin = performance.now();
    try { new URLPattern(text, 'https://h'); } catch (error) { assert.strictEqual(error.name, 'TypeError'); }
    try { new URLPattern({ pathname: text }); } catch (error) { assert.strictEqual(error.name, 'TypeError'); }
    assert.ok(performance.now() - begin < 4000, text.slice(0, 5));
  }
  assert.ok(new URLPattern({ pathname: `/${'a'.repeat(n)}` }).test({ pathname: `/${'a'.repeat(n)}` }));
}
console.log('url pattern: ok');
