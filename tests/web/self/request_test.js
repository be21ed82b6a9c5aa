// Request: the constructor's checks and their order, requests made of requests, signals, clone(). Reading is in body_test.js.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const kUrl = 'http://example.test/a?b#c';
const conversion = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const post = (body, more) => new Request(kUrl, { method: 'POST', body, ...more });

async function main() {
  { // the interface
    assert.deepStrictEqual([Request.length, String(new Request(kUrl))], [1, '[object Request]']);
    const defaults = { method: 'GET', url: kUrl, destination: '', referrer: 'about:client', referrerPolicy: '', mode: 'cors', credentials: 'same-origin', cache: 'default', redirect: 'follow', integrity: '',
      keepalive: false, isReloadNavigation: false, isHistoryNavigation: false, duplex: 'half', body: null, bodyUsed: false };
    const methods = ['clone', 'arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];
    assert.deepStrictEqual(Object.keys(Request.prototype).sort(), [...Object.keys(defaults), 'headers', 'signal', ...methods].sort());
    const request = new Request(kUrl);
    for (const [key, value] of Object.entries(defaults)) {
      assert.strictEqual(request[key], value, key);
      assert.strictEqual(Reflect.set(request, key, 'other'), false);
    }
    assert.ok(request.headers === request.headers && request.headers instanceof Headers && request.signal === request.signal && request.signal instanceof AbortSignal && !request.signal.aborted);
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Request' };
    for (const self of [undefined, {}, Request.prototype, new Proxy(request, {})]) {
      for (const key of [...Object.keys(defaults), 'headers', 'signal']) assert.throws(() => Reflect.get(Request.prototype, key, self), wrong);
      assert.throws(() => Request.prototype.clone.call(self), wrong);
      for (const key of methods.slice(1)) await assert.rejects(Request.prototype[key].call(self), wrong);
    }
    assert.throws(() => Request(kUrl), TypeError);
    assert.throws(() => new Request(), { code: 'ERR_MISSING_ARGS' });
    assert.throws(() => structuredClone(request), { name: 'DataCloneError' });
  }

  { // URLs
    for (const [input, url] of [['http://a', 'http://a/'], [' HTTP://A/%7e b\n', 'http://a/%7e%20b'], [new URL('http://a/#x'), 'http://a/#x'], [{ toString: () => 'about:blank' }, 'about:blank'], ['data:,x', 'data:,x'], ['http://a/\ud800', 'http://a/%EF%BF%BD']])
      assert.strictEqual(new Request(input).url, url);
    for (const input of ['', '/x', 'x', 'http://', 'http://a:b/', null, undefined]) assert.throws(() => new Request(input), { name: 'TypeError', message: `Failed to parse URL from ${input}` });
    try {
      new Request('/x');
    } catch (error) {
      assert.deepStrictEqual([error.cause.code, error.cause.input], ['ERR_INVALID_URL', '/x']);
    }
    for (const input of ['http://user@a/', 'http://user:pass@a/', 'http://:pass@a/']) assert.throws(() => new Request(input), { name: 'TypeError', message: /includes credentials/ });
  }

  // [method, what it becomes]
  for (const [method, expected] of [['get', 'GET'], ['Post', 'POST'], ['delete', 'DELETE'], ['head', 'HEAD'], ['options', 'OPTIONS'], ['put', 'PUT'], ['patch', 'patch'], ['PATCH', 'PATCH'], ['x-Y', 'x-Y'], ['connected', 'connected'], [undefined, 'GET'], [null, 'null']])
    assert.strictEqual(new Request(kUrl, { method }).method, expected);
  for (const method of ['', 'a b', 'GET\n', '\u0130', 'CONNECT', 'connect', 'Trace', 'TRACK', Symbol('s')]) assert.throws(() => new Request(kUrl, { method }), TypeError);

  // [member, values that are kept, values that are refused]
  for (const [key, good, bad] of [
    ['mode', ['cors', 'same-origin', 'no-cors'], ['navigate', 'websocket', '', null, 'CORS']], ['credentials', ['omit', 'same-origin', 'include'], ['', 'all', null]],
    ['cache', ['default', 'no-store', 'reload', 'no-cache', 'force-cache'], ['only-if-cached', 'x', '']], ['redirect', ['follow', 'error', 'manual'], ['', 'x', null]],
    ['referrerPolicy', ['', 'no-referrer', 'no-referrer-when-downgrade', 'same-origin', 'origin', 'strict-origin', 'origin-when-cross-origin', 'strict-origin-when-cross-origin', 'unsafe-url'], ['x', null]],
    ['duplex', ['half'], ['full', '', null]], ['integrity', ['', 'sha256-x', '\ud800'], [Symbol('s')]], ['priority', [], ['x', '', null]], ['window', [], [1, {}, 'x', false]], ['signal', [], [1, {}, 'x', new AbortController()]],
    ['headers', [], [null, 1, { 'a b': '' }]], ['referrer', [], ['http://', 'x']],
  ]) {
    for (const value of good) assert.strictEqual(new Request(kUrl, { [key]: value })[key], value);
    for (const value of bad) assert.throws(() => new Request(kUrl, { [key]: value }), TypeError, `${key} ${String(value)}`);
  }
  assert.strictEqual(new Request(kUrl, { cache: 'only-if-cached', mode: 'same-origin' }).cache, 'only-if-cached');
  for (const value of [1, 'x', {}]) assert.strictEqual(new Request(kUrl, { keepalive: value }).keepalive, true);
  for (const priority of ['high', 'low', 'auto']) new Request(kUrl, { priority });
  new Request(kUrl, { window: null, signal: null });
  for (const [referrer, expected] of [['', ''], ['about:client', 'about:client'], ['http://other.test/', 'about:client']]) assert.strictEqual(new Request(kUrl, { referrer }).referrer, expected);
  for (const init of [1, 'a', true, Symbol('s')]) assert.throws(() => new Request(kUrl, init), conversion);
  for (const init of [undefined, null, {}, [], () => {}]) assert.strictEqual(new Request(kUrl, init).method, 'GET');

  { // all members are read, in this order, after the URL
    const order = [];
    const init = new Proxy({}, { get(_, key) { order.push(key); } });
    new Request({ toString() { order.push('input'); return kUrl; } }, init);
    assert.deepStrictEqual(order, ['input', 'body', 'cache', 'credentials', 'duplex', 'headers', 'integrity', 'keepalive', 'method', 'mode', 'priority', 'redirect', 'referrer', 'referrerPolicy', 'signal', 'window']);
    assert.throws(() => new Request('/not/absolute', { get window() { throw new RangeError('read first'); } }), RangeError);
  }

  { // bodies
    for (const method of ['GET', 'HEAD', 'get', undefined]) assert.throws(() => new Request(kUrl, { method, body: '' }), TypeError);
    assert.strictEqual(new Request(kUrl, { body: null }).body, null);
    assert.strictEqual(post('x').headers.get('content-type'), 'text/plain;charset=UTF-8');
    assert.strictEqual(post('x', { headers: { 'content-type': 'a/b' } }).headers.get('content-type'), 'a/b');
    const stream = () => new Response('abc').body;
    assert.throws(() => post(stream()), { name: 'TypeError', message: /duplex/ });
    assert.throws(() => post(stream(), { duplex: 'half', keepalive: true }), TypeError);
    assert.throws(() => post(stream(), { duplex: 'half', mode: 'no-cors' }), TypeError);
    const body = stream();
    const request = post(body, { duplex: 'half' });
    assert.ok(request.body === body);
    assert.strictEqual(await request.text(), 'abc');
    for (const used of [body, (() => { const locked = stream(); locked.getReader(); return locked; })()]) assert.throws(() => post(used, { duplex: 'half' }), TypeError);
  }

  { // no-cors: other methods and headers are not for it
    assert.throws(() => new Request(kUrl, { mode: 'no-cors', method: 'PUT' }), TypeError);
    const { headers } = new Request(kUrl, { mode: 'no-cors', method: 'POST', headers: { 'x-y': '1', accept: 'a/b', 'content-type': 'application/json', 'Accept-Language': 'de' }, body: 'x' });
    assert.deepStrictEqual([...headers], [['accept', 'a/b'], ['accept-language', 'de'], ['content-type', 'text/plain;charset=UTF-8']]);
    headers.set('x-y', '1');
    headers.append('accept', 'x'.repeat(128));
    headers.append('accept', '(');
    headers.set('content-type', 'a/b');
    headers.set('content-language', '\x7f');
    headers.delete('x');
    headers.delete('accept');
    assert.deepStrictEqual([...headers], [['accept-language', 'de'], ['content-type', 'text/plain;charset=UTF-8']]);
    assert.deepStrictEqual([...new Request(new Request(kUrl, { headers: { a: 'b', accept: 'c' } }), { mode: 'no-cors' }).headers], [['accept', 'c']]);
  }

  { // of another request
    const from = post('abc', { headers: { a: 'b' }, mode: 'same-origin', cache: 'reload', credentials: 'omit', redirect: 'manual', integrity: 'x', keepalive: true, referrer: '', referrerPolicy: 'origin' });
    const next = new Request(from);
    for (const key of ['method', 'url', 'mode', 'cache', 'credentials', 'redirect', 'integrity', 'keepalive', 'referrer', 'referrerPolicy']) assert.strictEqual(next[key], from[key], key);
    next.headers.set('a', 'c');
    assert.deepStrictEqual([from.headers.get('a'), next.headers.get('a'), next.headers.get('content-type')], ['b', 'c', 'text/plain;charset=UTF-8']);
    assert.ok(from.bodyUsed && from.body.locked && !next.bodyUsed);
    assert.strictEqual(await next.text(), 'abc');
    await assert.rejects(from.text(), TypeError);
    assert.throws(() => new Request(from), TypeError);
    assert.throws(() => new Request(next), TypeError);
    const other = new Request(from, { method: 'PUT', body: 'new', headers: {} });
    assert.deepStrictEqual([other.method, await other.text(), other.referrer, other.referrerPolicy, [...other.headers]], ['PUT', 'new', 'about:client', '', [['content-type', 'text/plain;charset=UTF-8']]]);
    assert.deepStrictEqual([...new Request(post('x', { headers: { a: 'b' } }), { headers: { c: 'd' } }).headers], [['c', 'd']]);
    assert.throws(() => new Request(post('x'), { method: 'GET' }), TypeError);
    const kept = post('kept');
    assert.throws(() => new Request(kept, { method: 'GET' }), TypeError);
    assert.deepStrictEqual([kept.bodyUsed, await kept.text()], [false, 'kept']); // nothing was taken
    const streamed = post(new Response('str').body, { duplex: 'half' });
    const moved = new Request(streamed);
    assert.ok(streamed.bodyUsed && streamed.body.locked);
    assert.strictEqual(await moved.text(), 'str');
    const seen = post('seen');
    const { body } = seen;
    assert.strictEqual(await new Request(seen).text(), 'seen');
    assert.ok(body.locked && seen.body === body);
    class Mine extends Request {}
    assert.strictEqual(new Mine(new Mine(kUrl, { method: 'PUT' })).method, 'PUT');
  }

  { // signals
    const controller = new AbortController();
    const request = new Request(kUrl, { signal: controller.signal });
    const copies = [request, new Request(request), request.clone(), new Request(request, { signal: undefined })];
    const free = new Request(request, { signal: null });
    const order = [];
    for (const [i, copy] of copies.entries()) copy.signal.addEventListener('abort', () => order.push(i));
    assert.ok(copies.every(({ signal }) => signal !== controller.signal && !signal.aborted));
    controller.abort('why');
    assert.deepStrictEqual([order, copies.map(({ signal }) => signal.reason), free.signal.aborted], [[0, 1, 2, 3], ['why', 'why', 'why', 'why'], false]);
    assert.strictEqual(new Request(kUrl, { signal: AbortSignal.abort('early') }).signal.reason, 'early');
    const late = new AbortController();
    const asked = new Request(kUrl, { signal: late.signal });
    late.abort('before anybody asked');
    assert.strictEqual(asked.signal.reason, 'before anybody asked');
    assert.strictEqual(asked.clone().signal.reason, 'before anybody asked');
  }

  { // clone()
    const request = post('abc', { headers: { a: 'b' } });
    const copy = request.clone();
    copy.headers.set('a', 'c');
    assert.deepStrictEqual([request.headers.get('a'), copy.method, await copy.text(), request.bodyUsed, await request.text()], ['b', 'POST', 'abc', false, 'abc']);
    assert.throws(() => request.clone(), { name: 'TypeError', message: 'Request.clone: Body has already been consumed.' });
    const streamed = post(new Response('xyz').body, { duplex: 'half' });
    const other = streamed.clone();
    assert.deepStrictEqual([await streamed.text(), await other.text()], ['xyz', 'xyz']);
  }

  assert.strictEqual(util.inspect(new Request(kUrl)), `Request {
  method: 'GET',
  url: '${kUrl}',
  headers: Headers {},
  destination: '',
  referrer: 'about:client',
  referrerPolicy: '',
  mode: 'cors',
  credentials: 'same-origin',
  cache: 'default',
  redirect: 'follow',
  integrity: '',
  keepalive: false,
  isReloadNavigation: false,
  isHistoryNavigation: false,
  signal: AbortSignal { aborted: false }
}`);
}
main();
