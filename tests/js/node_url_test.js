// node:url: file URLs and names of files, domains, format(), options for HTTP, and that the older API is not there.
'use strict';
const assert = require('node:assert');
const path = require('node:path');
const url = require('node:url');

const codeOf = (f) => { try { return f(); } catch (error) { return error.code ?? error.name; } };

// [URL, name of the file or code of the error, the same on Windows]
for (const [input, posix, windows] of [
  ['file:///a/b', '/a/b', 'ERR_INVALID_FILE_URL_PATH'],
  ['file:///C:/a%20b/c', '/C:/a b/c', 'C:\\a b\\c'],
  ['file:///c|/a', '/c:/a', 'c:\\a'],
  ['file:///C:/%E4%BD%A0%25', '/C:/你%', 'C:\\你%'],
  ['file:///C:/a?b#c', '/C:/a', 'C:\\a'],
  ['file://localhost/C:/a', '/C:/a', 'C:\\a'],
  ['file:///C:/a%2Fb', 'ERR_INVALID_FILE_URL_PATH', 'ERR_INVALID_FILE_URL_PATH'],
  ['file:///C:/a%5cb', '/C:/a\\b', 'ERR_INVALID_FILE_URL_PATH'],
  ['file://server/share/a', 'ERR_INVALID_FILE_URL_HOST', '\\\\server\\share\\a'],
  ['file://xn--g6w251d/a', 'ERR_INVALID_FILE_URL_HOST', '\\\\測試\\a'],
  ['file:///C:/%ff', 'URIError', 'URIError'],
  ['http://h/a', 'ERR_INVALID_URL_SCHEME', 'ERR_INVALID_URL_SCHEME'],
  ['a', 'ERR_INVALID_URL', 'ERR_INVALID_URL'],
]) {
  assert.strictEqual(codeOf(() => url.fileURLToPath(input)), posix, input);
  assert.strictEqual(codeOf(() => url.fileURLToPath(input, { windows: true })), windows, input);
  if (URL.canParse(input)) assert.strictEqual(codeOf(() => url.fileURLToPath(new URL(input))), posix, input);
}
for (const value of [undefined, null, 5, {}, { href: 'file:///a' }, { href: 'file:///a', protocol: 'file:', auth: null, path: '/a' }]) {
  assert.throws(() => url.fileURLToPath(value), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE', message: /^The "path" argument must be of type string or an instance of URL\. Received / });
}
assert.throws(() => url.fileURLToPath('file://h/a'), { message: `File URL host must be "localhost" or empty on ${process.platform}` });
assert.throws(() => url.fileURLToPath('file:///%2f'), (error) => error.message === 'File URL path must not include encoded / characters' && error.input instanceof URL);
assert.throws(() => url.fileURLToPath('file:///%5c', { windows: true }), { message: 'File URL path must not include encoded \\ or / characters' });
assert.throws(() => url.fileURLToPath('http:a'), { message: 'The URL must be of scheme file' });

const here = new URL(`file://${process.cwd()}/`).href;
for (const [name, href] of [
  ['/a/b', 'file:///a/b'], ['/a/', 'file:///a/'], ['/a/../b//c/.', 'file:///b/c'], ['/', 'file:///'], ['a', `${here}a`], ['a/', `${here}a/`], ['', here.slice(0, -1)],
  ['/a b#c?d%e', 'file:///a%20b%23c%3Fd%25e'], ['/\\\n\r\t\0', 'file:///%5C%0A%0D%09%00'], ['/é\ud800', 'file:///%C3%A9%EF%BF%BD'], ['/"<>[]^`{|}~\x7f', 'file:///%22%3C%3E%5B%5D%5E%60%7B%7C%7D%7E%7F'],
  ["/!$&'()*+,-.:;=@_", "file:///!$&'()*+,-.:;=@_"],
]) {
  const made = url.pathToFileURL(name);
  assert.strictEqual(made.href, href, name);
  if (!name.includes('\ud800')) {
    const slash = name.endsWith('/') && path.resolve(name) !== '/' ? '/' : '';
    assert.strictEqual(url.fileURLToPath(made), path.resolve(name) + slash, name);
  }
}
for (const [name, href] of [
  ['C:\\a b\\c', 'file:///C:/a%20b/c'], ['C:\\a\\', 'file:///C:/a/'], ['C:/a/../b', 'file:///C:/b'], ['\\\\server\\share\\x#', 'file://server/share/x%23'], ['\\\\?\\UNC\\server\\share\\x', 'file://server/share/x'],
  ['\\\\?\\C:\\x', 'file:///C:/x'], ['\\\\server', 'ERR_INVALID_ARG_VALUE'], ['\\\\\\x', 'ERR_INVALID_ARG_VALUE'], ['\\\\a b\\x', 'ERR_INVALID_URL'],
]) assert.strictEqual(codeOf(() => url.pathToFileURL(name, { windows: true }).href), href, name);
for (const value of [undefined, null, 5, new URL('file:///a')]) assert.throws(() => url.pathToFileURL(value), { code: 'ERR_INVALID_ARG_TYPE' });

for (const [domain, ascii, unicode] of [
  ['español.com', 'xn--espaol-zwa.com', 'español.com'], ['xn--fiq228c.com', 'xn--fiq228c.com', '中文.com'], ['EXAMPLE.com', 'example.com', 'example.com'], ['xn--a.xn--zca', 'xn--a.xn--zca', 'xn--a.ß'],
  ['xn--iñvalid.com', '', ''], ['a b', '', ''], ['', '', ''], ['127.1', '127.0.0.1', '127.0.0.1'], ['[::0]', '[::]', '[::]'], ['a:80', '', ''], ['a/b', 'a', 'a'], [5, '0.0.0.5', '0.0.0.5'], ['XN--FIQ228C', 'xn--fiq228c', '中文'],
]) {
  assert.strictEqual(url.domainToASCII(domain), ascii, domain);
  assert.strictEqual(url.domainToUnicode(domain), unicode, domain);
}
for (const f of [url.domainToASCII, url.domainToUnicode]) assert.throws(() => f(), { code: 'ERR_MISSING_ARGS', message: 'The "domain" argument must be specified' });

{ // format
  const full = new URL('https://us:pw@測試.com:8080/p?q=1#f');
  for (const [options, text] of [
    [undefined, full.href], [null, full.href], [{}, full.href], [{ auth: false }, 'https://xn--g6w251d.com:8080/p?q=1#f'], [{ search: false }, 'https://us:pw@xn--g6w251d.com:8080/p#f'],
    [{ fragment: false }, 'https://us:pw@xn--g6w251d.com:8080/p?q=1'], [{ unicode: true }, 'https://us:pw@測試.com:8080/p?q=1#f'], [{ auth: 0, search: '', fragment: false, unicode: 1 }, 'https://測試.com:8080/p'],
    [{ auth: null, search: undefined }, full.href],
  ]) assert.strictEqual(url.format(full, options), text, JSON.stringify(options));
  assert.strictEqual(url.format(new URL('x:/.//p?q'), { search: false }), 'x:/.//p');
  for (const options of [5, 'x', [], true]) assert.throws(() => url.format(full, options), { code: 'ERR_INVALID_ARG_TYPE', message: /^The "options" argument must be of type object/ });
  for (const value of [undefined, 'http://a/b', { protocol: 'http:' }]) assert.throws(() => url.format(value), { code: 'ERR_INVALID_ARG_TYPE', message: /^The "url" argument must be an instance of URL/ });
}

{ // options for HTTP
  const options = (input) => ({ ...url.urlToHttpOptions(new URL(input)) });
  assert.deepStrictEqual(options('http://h/'), { protocol: 'http:', hostname: 'h', hash: '', search: '', pathname: '/', path: '/', href: 'http://h/' });
  assert.deepStrictEqual(options('https://u%40:p%20@[::1]:8/a?b#c'), {
    protocol: 'https:', hostname: '::1', hash: '#c', search: '?b', pathname: '/a', path: '/a?b', href: 'https://u%40:p%20@[::1]:8/a?b#c', port: 8, auth: 'u@:p ',
  });
  const extended = Object.assign(new URL('http://u@h/'), { agent: 'x', path: 'y' });
  assert.deepStrictEqual([url.urlToHttpOptions(extended).agent, url.urlToHttpOptions(extended).path, url.urlToHttpOptions(extended).auth], ['x', '/', 'u:']);
  assert.strictEqual(Object.getPrototypeOf(url.urlToHttpOptions(extended)), null);
  assert.throws(() => url.urlToHttpOptions('http://h'), { code: 'ERR_INVALID_ARG_TYPE', message: /^The "url" argument must be of type object/ });
}

assert.deepStrictEqual([url.parse, url.resolve, url.Url, url.resolveObject], [undefined, undefined, undefined, undefined]);
assert.strictEqual(require('url'), url);
