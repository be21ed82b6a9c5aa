// The setters of URL, rule by rule: [href before, value, href after]; a value that is not valid leaves it as it was.
'use strict';
const assert = require('node:assert');

const same = Symbol('as before');
const setters = {
  href: [
    ['x:', 'http://a\\b', 'http://a/b'], ['x:', ' x:y\n', 'x:y'],
  ],
  protocol: [
    ['http://a/', 'https', 'https://a/'], ['http://a/', 'HTTPS:', 'https://a/'], ['http://a/', 'ftp://b/c', 'ftp://a/'], ['x:y', 'z+1.-:', 'z+1.-:y'],
    ['http://a/', 'w\tss', 'wss://a/'], ['http://a/', '', same], ['http://a/', ':', same], ['http://a/', '1x', same], ['http://a/', 'é', same], ['http://a/', 'h t', same],
    ['http://a/', 'x', same], ['x://a', 'http', same], ['http://a/', 'file', 'file://a/'], ['http://u@a/', 'file', same], ['http://a:8/', 'file', same], ['file:///a', 'http', same],
    ['file://h/a', 'http', 'http://h/a'], ['https://a:80/', 'http', 'http://a/'], ['http://a:443/', 'https', 'https://a/'], ['http://a:8/', 'https', 'https://a:8/'], ['mailto:a', 'x', 'x:a'],
  ],
  username: [
    ['http://a/', 'u', 'http://u@a/'], ['http://u:p@a/', '', 'http://:p@a/'], ['http://u@a/', '', 'http://a/'], ['http://a/', 'ü@:/?#%', 'http://%C3%BC%40%3A%2F%3F%23%@a/'],
    ['http://a/', '\t\n', 'http://%09%0A@a/'], ['x://a', 'u', 'x://u@a'], ['x://', 'u', same], ['x:/a', 'u', same], ['file://a/', 'u', same], ['mailto:a', 'u', same], ['http://a/', '\ud800', 'http://%EF%BF%BD@a/'],
  ],
  password: [
    ['http://a/', 'p', 'http://:p@a/'], ['http://u:p@a/', '', 'http://u@a/'], ['http://:p@a/', '', 'http://a/'], ['http://u@a/', 'a:b', 'http://u:a%3Ab@a/'], ['file:///', 'p', same], ['x://', 'p', same],
  ],
  host: [
    ['http://a/', 'b', 'http://b/'], ['http://a:8/', 'b', 'http://b:8/'], ['http://a:8/', 'b:9', 'http://b:9/'], ['http://a:8/', 'b:80', 'http://b/'], ['http://a:8/', 'b:', 'http://b:8/'],
    ['http://a:8/', 'b:9x', 'http://b:9/'], ['http://a:8/', 'b:x', 'http://b:8/'], ['http://a:8/', 'b:65536', 'http://b:8/'], ['http://a/', 'b/c', 'http://b/'], ['http://a/', 'b\\c', 'http://b/'],
    ['http://a/', 'b?c', 'http://b/'], ['http://a/', 'b#c', 'http://b/'], ['http://a/', '', same], ['http://a/', ':9', same], ['http://a/', '/b', same], ['http://a/', 'u@b', same], ['http://a/', 'b c', same],
    ['http://a/', 'B.C', 'http://b.c/'], ['http://a/', '127.1', 'http://127.0.0.1/'], ['http://a/', '256.1', same], ['http://a/', '[::0]:9', 'http://[::]:9/'], ['http://a/', '[::', same], ['http://a/', 'é', 'http://xn--9ca/'],
    ['http://a/', 'b\tc:\n9', 'http://bc:9/'], ['x://a/b', '', 'x:///b'], ['x://u@a/b', '', same], ['x://a:8/b', '', same], ['x://a/b', 'B\\c', same], ['x://a/b', 'É:8', 'x://%C3%89:8/b'],
    ['x:/a', 'b', 'x://b/a'], ['x:/.//a', 'b', 'x://b//a'], ['mailto:a', 'b', same], ['file:///a', 'h', 'file://h/a'], ['file://h/a', '', 'file:///a'], ['file://h/a', 'localhost', 'file:///a'], ['file:///a', 'h:8', same],
    ['file:///a', 'C:', same],
  ],
  hostname: [
    ['http://a:8/', 'b', 'http://b:8/'], ['http://a:8/', 'b:9', same], ['http://a/', ':9', same], ['http://a/', '[::1]', 'http://[::1]/'], ['http://a/', '[::1]:9', same], ['http://a/', 'b/c:d', 'http://b/'], ['http://a/', '', same],
    ['x://a:8/', '', same], ['x://a/', '', 'x:///'], ['mailto:a', 'b', same], ['file://h/', 'localhost', 'file:///'], ['x:/.//a', '', 'x:////a'],
  ],
  port: [
    ['http://a/', '8', 'http://a:8/'], ['http://a:8/', '', 'http://a/'], ['http://a:8/', '80', 'http://a/'], ['http://a/', '8x9', 'http://a:8/'], ['http://a/', '\t8\n1', 'http://a:81/'], ['http://a:8/', 'x', same], ['http://a:8/', '-1', same],
    ['http://a:8/', ' 9', same], ['http://a:8/', '65535', 'http://a:65535/'], ['http://a:8/', '65536', same], ['http://a:8/', '0009', 'http://a:9/'], ['http://a:8/', 9, 'http://a:9/'], ['http://a:8/', '\t', same],
    ['http://a:8/', '٣', same], ['file:///', '8', same], ['x://', '8', same], ['x:/', '8', same], ['mailto:a', '8', same], ['x://a', '80', 'x://a:80'],
  ],
  pathname: [
    ['http://a/b?q#f', 'c', 'http://a/c?q#f'], ['http://a/b', '', 'http://a/'], ['http://a/b', '/c/../d', 'http://a/d'], ['http://a/b', 'c?d#e', 'http://a/c%3Fd%23e'], ['http://a/b', '\\c', 'http://a/c'],
    ['http://a/b', '//c', 'http://a//c'], ['http://a/b', 'ü\n"', 'http://a/%C3%BC%22'], ['x://a/b', '', 'x://a'], ['x://a/b', 'c', 'x://a/c'], ['x://a/b', '\\c', 'x://a/\\c'], ['x:/b', '', 'x:/'], ['x:/b', '//c', 'x:/.//c'], ['x:/.//b', 'c', 'x:/c'],
    ['mailto:a', 'b', same], ['file:///a', 'C|/..', 'file:///C:/'], ['file:///a', '..', 'file:///'], ['http://a/', '%2e%2E/b', 'http://a/b'],
  ],
  search: [
    ['http://a/b#f', 'q', 'http://a/b?q#f'], ['http://a/', '?q', 'http://a/?q'], ['http://a/', '??q', 'http://a/??q'], ['http://a/?q', '', 'http://a/'], ['http://a/?q', '?', 'http://a/?'], ['http://a/', '\'"#<> é', 'http://a/?%27%22%23%3C%3E%20%C3%A9'],
    ['x:y', "'", "x:y?'"], ['http://a/', 'a\tb', 'http://a/?ab'], ['x:a%20?b', '', 'x:a%20'], ['mailto:a', 'q', 'mailto:a?q'], ['http://a/', '\udc00', 'http://a/?%EF%BF%BD'],
  ],
  hash: [
    ['http://a/?q', 'f', 'http://a/?q#f'], ['http://a/', '#f', 'http://a/#f'], ['http://a/', '##', 'http://a/##'], ['http://a/#f', '', 'http://a/'], ['http://a/#f', '#', 'http://a/#'], ['http://a/', ' "<>`é', 'http://a/#%20%22%3C%3E%60%C3%A9'],
    ['http://a/', 'a\nb', 'http://a/#ab'], ['x:a%20#b', '', 'x:a%20'], ['mailto:a', 'f', 'mailto:a#f'],
  ],
};

for (const [name, rows] of Object.entries(setters)) {
  for (const [before, value, after] of rows) {
    const url = new URL(before);
    assert.strictEqual(url.href, before, 'the test itself');
    url[name] = value;
    const note = `${before}: ${name} = ${JSON.stringify(value)}`;
    assert.strictEqual(url.href, after === same ? before : after, note);
    // What a setter leaves behind is what the parser makes of it.
    const again = new URL(url.href);
    for (const part of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash', 'origin']) {
      assert.strictEqual(url[part], again[part], `${note}: ${part}`);
    }
    assert.throws(() => { url[name] = Symbol('no text'); }, TypeError, note);
  }
}

{ // href is all or nothing
  const url = new URL('http://a/?b=c');
  const params = url.searchParams;
  assert.throws(() => { url.href = 'no url'; }, { code: 'ERR_INVALID_URL', input: 'no url' });
  assert.deepStrictEqual([url.href, params.get('b')], ['http://a/?b=c', 'c']);
}

{ // a value is text before anything else happens to it
  const url = new URL('http://a/');
  const texts = [];
  url.port = { toString() { texts.push('port'); return '8'; } };
  url.hash = ['a', 'b'];
  assert.deepStrictEqual([texts, url.href], [['port'], 'http://a:8/#a,b']);
}

{ // and when that changes the URL, the setter goes on from there
  const url = new URL('http://a/?q');
  url.pathname = { toString() { url.host = 'b'; return '/c'; } };
  assert.strictEqual(url.href, 'http://b/c?q');
  url.search = { toString() { url.hash = 'h'; return 's'; } };
  assert.strictEqual(url.href, 'http://b/c?s#h');
  url.href = { toString() { url.searchParams.append('lost', '1'); return 'http://d/?e'; } };
  assert.deepStrictEqual([url.href, [...url.searchParams]], ['http://d/?e', [['e', '']]]);
}

{ // origin and searchParams cannot be set
  const url = new URL('http://a/');
  assert.throws(() => { url.origin = 'http://b'; }, TypeError);
  assert.throws(() => { url.searchParams = new URLSearchParams('b'); }, TypeError);
  assert.strictEqual(url.href, 'http://a/');
}

{ // many in a row
  const url = new URL('http://a');
  url.protocol = 'https';
  url.host = 'b:8';
  url.username = 'u';
  url.password = 'p';
  url.pathname = 'x/y';
  url.search = 'q=1';
  url.hash = 'h';
  assert.strictEqual(url.href, 'https://u:p@b:8/x/y?q=1#h');
  url.hostname = 'c';
  url.port = '';
  url.search = url.hash = url.username = url.password = '';
  assert.strictEqual(url.href, 'https://c/x/y');
}
