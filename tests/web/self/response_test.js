// Response: the constructor's checks and their order, static methods, headers, clone(), what programs see of it. Reading is in body_test.js.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const conversion = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };

async function main() {
  { // the interface
    assert.deepStrictEqual([Response.length, Response.redirect.length, Response.json.length, Response.error.length, String(new Response())], [0, 1, 1, 0, '[object Response]']);
    assert.deepStrictEqual(Object.keys(Response).sort(), ['error', 'json', 'redirect']);
    const members = ['type', 'url', 'redirected', 'status', 'ok', 'statusText', 'headers', 'clone', 'body', 'bodyUsed', 'arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];
    assert.deepStrictEqual(Object.keys(Response.prototype).sort(), [...members].sort());
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Response' };
    for (const self of [undefined, {}, Response.prototype, new Proxy(new Response(), {})]) {
      for (const key of members.slice(0, 7).concat('body', 'bodyUsed')) assert.throws(() => Reflect.get(Response.prototype, key, self), wrong);
      assert.throws(() => Response.prototype.clone.call(self), wrong);
      for (const key of members.slice(10)) await assert.rejects(Response.prototype[key].call(self), wrong);
    }
    assert.throws(() => Response(), TypeError);
    assert.throws(() => structuredClone(new Response()), { name: 'DataCloneError' });
    const plain = new Response();
    assert.deepStrictEqual([plain.type, plain.url, plain.redirected, plain.status, plain.ok, plain.statusText, plain.body, plain.bodyUsed, [...plain.headers]], ['default', '', false, 200, true, '', null, false, []]);
    assert.strictEqual(Reflect.set(plain, 'status', 5), false);
    assert.strictEqual(Reflect.set(plain, 'headers', 1), false);
    assert.ok(plain.status === 200 && plain.headers === plain.headers && plain.headers instanceof Headers);
  }

  // [status, what it becomes]
  for (const [status, expected] of [[200, 200], [599, 599], ['204', 204], [299.9, 299], [65736, 200], [-65336, 200], [undefined, 200], [{ valueOf: () => 404 }, 404]]) assert.strictEqual(new Response(null, { status }).status, expected);
  for (const status of [0, 100, 101, 199, 600, -1, NaN, null, 'x', Infinity, 65536]) assert.throws(() => new Response('', { status }), RangeError);
  for (const status of [204, 205, 304]) {
    for (const body of ['', 'x', new Blob(), new ArrayBuffer(0)]) assert.throws(() => new Response(body, { status }), TypeError);
    assert.deepStrictEqual([new Response(null, { status }).status, new Response(undefined, { status }).body], [status, null]);
  }
  for (const statusText of ['', 'OK', 'a\tb c', '\x80\xff']) assert.strictEqual(new Response('', { statusText }).statusText, statusText);
  for (const statusText of ['\n', 'a\r', '\0', '\x7f', '\u0100', Symbol('s')]) assert.throws(() => new Response('', { statusText }), TypeError);
  for (const ok of [200, 250, 299]) assert.ok(new Response(null, { status: ok }).ok);
  for (const bad of [300, 304, 404, 500]) assert.ok(!new Response(null, { status: bad }).ok);
  for (const init of [1, 'a', true, Symbol('s')]) assert.throws(() => new Response('', init), conversion);
  for (const init of [undefined, null, {}, [], () => {}]) assert.strictEqual(new Response('', init).status, 200);

  // [body, type]: the header it sets
  for (const [body, type] of [
    ['a', 'text/plain;charset=UTF-8'], [5, 'text/plain;charset=UTF-8'], [{}, 'text/plain;charset=UTF-8'], [new URLSearchParams('a=b'), 'application/x-www-form-urlencoded;charset=UTF-8'],
    [new Blob(['a']), null], [new Blob(['a'], { type: 'A/B' }), 'a/b'], [new Uint8Array(1), null], [new ArrayBuffer(1), null], [null, null], [undefined, null], [new Blob([]).stream(), null],
  ]) {
    assert.strictEqual(new Response(body).headers.get('content-type'), type);
    if (body instanceof ReadableStream) continue;
    assert.strictEqual(new Response(body, { headers: { 'Content-TYPE': 'x' } }).headers.get('content-type'), 'x');
  }
  assert.match(new Response(new FormData()).headers.get('content-type'), /^multipart\/form-data; boundary=[0-9A-Za-z-]{27,70}$/);
  assert.notStrictEqual(new Response(new FormData()).headers.get('content-type'), new Response(new FormData()).headers.get('content-type'));
  assert.deepStrictEqual([...new Response('', { headers: [['set-cookie', 'a'], ['Set-Cookie', 'b']] }).headers.getSetCookie()], ['a', 'b']);
  for (const headers of [null, 1, { 'a b': 'c' }, [['a']]]) assert.throws(() => new Response('', { headers }), TypeError);

  { // in this order
    const order = [];
    const spy = (name, value) => ({ toString() { order.push(`${name} text`); return value; }, valueOf() { order.push(`${name} number`); return 200; } });
    const init = {};
    for (const key of ['statusText', 'status', 'headers']) Object.defineProperty(init, key, { get() { order.push(key); return key === 'headers' ? { a: spy('header', 'b') } : spy(key, ''); } });
    new Response(spy('body', 'x'), init);
    assert.deepStrictEqual(order, ['body text', 'headers', 'header text', 'status', 'status number', 'statusText', 'statusText text']);
    const locked = new Blob().stream();
    locked.getReader();
    assert.throws(() => new Response(locked, { status: 0 }), TypeError);
  }

  { // static methods
    const error = Response.error();
    assert.deepStrictEqual([error.type, error.status, error.ok, error.statusText, error.body, error.url, [...error.headers]], ['error', 0, false, '', null, '', []]);
    assert.throws(() => error.headers.set('a', 'b'), { name: 'TypeError', message: 'immutable' });
    for (const [args, status] of [[['http://a/b c'], 302], [['http://a/b c', 301], 301], [[new URL('http://a/b c'), '307'], 307], [['http://a/b c', 65536 + 308], 308], [['http://a/b c', undefined], 302]]) {
      const response = Response.redirect(...args);
      assert.deepStrictEqual([response.status, response.headers.get('location'), response.type, response.redirected, response.body], [status, 'http://a/b%20c', 'default', false, null]);
      for (const change of [() => response.headers.append('a', 'b'), () => response.headers.delete('location'), () => response.headers.set('a', 'b')]) assert.throws(change, { name: 'TypeError', message: 'immutable' });
      assert.throws(() => response.clone().headers.set('a', 'b'), TypeError);
    }
    for (const status of [200, 300, 304, 309, 0, NaN]) assert.throws(() => Response.redirect('http://a', status), RangeError);
    for (const url of ['', '/x', 'http://', 'http://a:b']) assert.throws(() => Response.redirect(url), TypeError);
    assert.throws(() => Response.redirect(), { code: 'ERR_MISSING_ARGS' });
    const json = Response.json({ a: [1, '\u20ac'] }, { status: 201, headers: { x: 'y' } });
    assert.deepStrictEqual([json.status, json.headers.get('content-type'), json.headers.get('x'), await json.text()], [201, 'application/json', 'y', '{"a":[1,"\u20ac"]}']);
    assert.strictEqual(Response.json(null, { headers: { 'content-type': 'a/b' } }).headers.get('content-type'), 'a/b');
    json.headers.set('a', 'b');
    for (const data of [undefined, Symbol('s'), () => {}, 1n]) assert.throws(() => Response.json(data), TypeError);
    assert.throws(() => Response.json({ toJSON() { throw new RangeError('mine'); } }), RangeError);
    assert.throws(() => Response.json(), { code: 'ERR_MISSING_ARGS' });
    assert.throws(() => Response.json(1, { status: 204 }), TypeError);
  }

  { // clone()
    const response = new Response('abc', { status: 201, statusText: 'Made', headers: { a: 'b' } });
    const copy = response.clone();
    copy.headers.set('a', 'c');
    assert.deepStrictEqual([copy.status, copy.statusText, response.headers.get('a'), copy.headers.get('a')], [201, 'Made', 'b', 'c']);
    assert.deepStrictEqual([await response.text(), copy.bodyUsed, await copy.text()], ['abc', false, 'abc']);
    assert.throws(() => response.clone(), TypeError);
    const streamed = new Response(new Response('xyz').body);
    const before = streamed.body;
    const other = streamed.clone();
    assert.ok(before.locked && streamed.body !== before && !streamed.bodyUsed && !streamed.body.locked);
    assert.deepStrictEqual([await other.text(), await streamed.text()], ['xyz', 'xyz']);
    const locked = new Response('x');
    locked.body.getReader();
    assert.throws(() => locked.clone(), TypeError);
    assert.strictEqual(new Response(null).clone().body, null);
    assert.strictEqual(Object.getPrototypeOf(new (class Mine extends Response {})('x').clone()), Response.prototype);
  }

  assert.strictEqual(util.inspect(new Response(null, { status: 404 })), `Response {
  status: 404,
  statusText: '',
  headers: Headers {},
  body: null,
  bodyUsed: false,
  ok: false,
  redirected: false,
  type: 'default',
  url: ''
}`);
}
main();
