// URL: parsing and serialising, each rule of the URL Standard by name; resolution against a base; errors; what the class looks like.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

const parts = (url) => [url.protocol, url.username, url.password, url.host, url.pathname, url.search, url.hash];

// [rule, [input, href or null]...]
const alone = [
  ['already normal', ['https://user:pw@example.com:8080/a/b?x=1#y', 'https://user:pw@example.com:8080/a/b?x=1#y'], ['x:', 'x:'], ['x://', 'x://']],
  ['spaces and controls around it', [' \t\x00http://a/\x1f \n', 'http://a/'], ['\x7fhttp://a/', null], ['\xa0http://a/', null]],
  ['tabs and newlines anywhere', ['ht\ttp:/\n/a\r.b\t:8\n0\t1/c\td?e\nf#g\rh', 'http://a.b:801/cd?ef#gh'], ['http://a:\n8\tx', null],
    ['http://[:\n:1]/', 'http://[::1]/'], ['x:\ta b\n', 'x:a b']],
  ['scheme', ['HTTP://a', 'http://a/'], ['h1+-.:x', 'h1+-.:x'], ['1h:x', null], ['+:x', null], [':x', null], ['', null], ['héy:x', null],
    ['http', null], ['ht tp:x', null]],
  ['slashes after a special scheme', ['http:a', 'http://a/'], ['http:/a', 'http://a/'], ['http:///a', 'http://a/'], ['http:\\\\/\\a', 'http://a/'],
    ['http:', null], ['http://', null], ['http:///', null], ['http://?', null], ['http://#', null]],
  ['slashes after another scheme', ['x:/a', 'x:/a'], ['x:///a', 'x:///a'], ['x:////a', 'x:////a'], ['x:\\\\a', 'x:\\\\a'], ['x://\\a', null]],
  ['credentials', ['http://u@a', 'http://u@a/'], ['http://u:@a', 'http://u@a/'], ['http://:p@a', 'http://:p@a/'], ['http://:@a', 'http://a/'],
    ['http://@a', 'http://a/'], ['http://u:p:q@a', 'http://u:p%3Aq@a/'], ['http://u@v@a', 'http://u%40v@a/'], ['http://@@a', 'http://%40@a/'],
    ['http://u/@a', 'http://u/@a'], ['http://u@', null], ['http://u@/', null], ['http://u@:80', null], ['x://u@', null], ['x://u:p@a', 'x://u:p@a'],
    ['http://a b;|=@c', 'http://a%20b%3B%7C%3D@c/'], ["http://!$&'()*+,-.~_@c", "http://!$&'()*+,-.~_@c/"], ['http://é:ß@c', 'http://%C3%A9:%C3%9F@c/'],
    ['http://u@[::1]:81', 'http://u@[::1]:81/'], ['http://[@a', 'http://%5B@a/']],
  ['ports', ['http://a:80', 'http://a/'], ['https://a:443', 'https://a/'], ['ws://a:80', 'ws://a/'], ['wss://a:443', 'wss://a/'], ['ftp://a:21', 'ftp://a/'],
    ['http://a:443', 'http://a:443/'], ['x://a:80', 'x://a:80'], ['http://a:', 'http://a/'], ['http://a:0', 'http://a:0/'], ['http://a:00081', 'http://a:81/'],
    ['http://a:00080', 'http://a/'], ['http://a:65535', 'http://a:65535/'], ['http://a:65536', null], ['http://a:9999999999', null], ['http://a:8x', null],
    ['http://a:-1', null], ['http://a: 80', null], ['http://a:80:80', null], ['x://:80', null]],
  ['domains', ['http://EXAMPLE.Com', 'http://example.com/'], ['http://a_b', 'http://a_b/'], ['http://a..b.', 'http://a..b./'], ['http://-a-', 'http://-a-/'],
    ['http://ex%41mple', 'http://example/'], ['http://%e4%bd%a0', 'http://xn--6qq/'], ['http://a%', null], ['http://%zz', null], ['http://%ff', null],
    ['http://a%00', null], ['http://a%20b', null], ['http://a%2fb', null], ['http://a b', null], ['http://a<b', null], ['http://a^b', null], ['http://a|b', null],
    ['http://a\x7fb', null], ['http://a"{}`b', 'http://a"{}`b/'], ["http://!$&'()*+,;=~", "http://!$&'()*+,;=~/"], ['http://a[b', null], ['http://a]b', null]],
  ['international domains', ['http://faß.de', 'http://xn--fa-hia.de/'], ['http://Ärger.de', 'http://xn--rger-koa.de/'], ['http://GROẞ.de', 'http://xn--gro-7ka.de/'],
    ['http://☃', 'http://xn--n3h/'], ['http://a。b．c', 'http://a.b.c/'], ['http://Ⓦⓦⓦ', 'http://www/'], ['http://a\xadb', 'http://ab/'], ['http://\xad', null],
    ['http://\u200d', null], ['http://\ufffd', null], ['http://\ud800', null], ['http://يa', null], ['http://XN--FA-HIA', 'http://xn--fa-hia/'],
    ['http://xn--a', 'http://xn--a/'], ['http://xn--a.ß', null], ['http://≠', 'http://xn--1ch/'], ['http://a．%2f', null]],
  ['IPv4 addresses', ['http://127.0.0.1', 'http://127.0.0.1/'], ['http://127.1', 'http://127.0.0.1/'], ['http://1.2.3', 'http://1.2.0.3/'],
    ['http://0x7f.0X1', 'http://127.0.0.1/'], ['http://0300.0250.1', 'http://192.168.0.1/'], ['http://4294967295', 'http://255.255.255.255/'],
    ['http://4294967296', null], ['http://1.16777215', 'http://1.255.255.255/'], ['http://1.16777216', null], ['http://256.1', null], ['http://1.2.3.4.', 'http://1.2.3.4/'],
    ['http://1.2.3.4..', 'http://1.2.3.4../'], ['http://1.2.3.4.5', null], ['http://0x', 'http://0.0.0.0/'], ['http://0x.', 'http://0.0.0.0/'], ['http://09', null],
    ['http://0xg', 'http://0xg/'], ['http://a.0x1', null], ['http://a.1', null], ['http://a.1b', 'http://a.1b/'], ['http://1..2', null], ['http://１２７．１', 'http://127.0.0.1/'],
    ['http://%31', 'http://0.0.0.1/'], ['http://99999999999999999999999', null], ['x://127.1', 'x://127.1']],
  ['IPv6 addresses', ['http://[::]', 'http://[::]/'], ['http://[1:2:3:4:5:6:7:8]', 'http://[1:2:3:4:5:6:7:8]/'], ['http://[0001:00A:0:0:1:0:0:0]', 'http://[1:a:0:0:1::]/'],
    ['http://[1:0:0:2:0:0:0:3]', 'http://[1:0:0:2::3]/'], ['http://[1:0:2:0:3:0:4:0]', 'http://[1:0:2:0:3:0:4:0]/'], ['http://[1::2:0:0:3:4]', 'http://[1::2:0:0:3:4]/'],
    ['http://[1:2:3:4:5:6:7::]', 'http://[1:2:3:4:5:6:7:0]/'], ['http://[::1.2.3.4]', 'http://[::102:304]/'], ['http://[1:2:3:4:5:6:255.0.0.1]', 'http://[1:2:3:4:5:6:ff00:1]/'],
    ['http://[::1.2.3]', null], ['http://[::1.2.3.256]', null], ['http://[::01.2.3.4]', null], ['http://[1.2.3.4::]', null], ['http://[::1.2.3.4:5]', null], ['http://[1.2.3.4]', null],
    ['http://[1:2:3:4:5:6:7:1.2.3.4]', null], ['http://[1:2]', null], ['http://[1:2:3:4:5:6:7:8:9]', null], ['http://[1::2::3]', null], ['http://[:::]', null], ['http://[:1]', null],
    ['http://[1:]', null], ['http://[12345::]', null], ['http://[g::]', null], ['http://[]', null], ['http://[::1', null], ['http://[::1]a', null], ['http://[::1%251]', null],
    ['x://[::0:1]', 'x://[::1]'], ['x://[a', null]],
  ['opaque hosts', ['x://EX%41mple', 'x://EX%41mple'], ['x://é', 'x://%C3%A9'], ['x://\ud800', 'x://%EF%BF%BD'], ['x://a\x01\x7f', 'x://a%01%7F'], ['x://a b', null], ['x://a<b', null],
    ['x://%', 'x://%'], ["x://a\"'b", "x://a\"'b"]],
  ['paths', ['http://a/b c"<>`{}^é%zz', 'http://a/b%20c%22%3C%3E%60%7B%7D%5E%C3%A9%zz'], ["http://a/!$&'()*+,-.:;=@[]_|~", "http://a/!$&'()*+,-.:;=@[]_|~"],
    ['http://a\\b\\c', 'http://a/b/c'], ['x://a/b\\c', 'x://a/b\\c'], ['http://a//b', 'http://a//b'], ['x://a', 'x://a'], ['http://a/\ud83d\ude00\udc00', 'http://a/%F0%9F%98%80%EF%BF%BD'],
    ['http://a/\x00\x1f\x7fb', 'http://a/%00%1F%7Fb']],
  ['dot segments', ['http://a/b/./c', 'http://a/b/c'], ['http://a/b/../c', 'http://a/c'], ['http://a/b/c/../../d', 'http://a/d'], ['http://a/../../b', 'http://a/b'], ['http://a/b/.', 'http://a/b/'],
    ['http://a/b/..', 'http://a/'], ['http://a/.', 'http://a/'], ['http://a/..', 'http://a/'], ['http://a/%2e/b/%2E%2e/c', 'http://a/c'], ['http://a/b/.%2e', 'http://a/'],
    ['http://a/...', 'http://a/...'], ['http://a/.b/..c/d.', 'http://a/.b/..c/d.'], ['http://a/%2eb', 'http://a/%2eb'], ['http://a/%2', 'http://a/%2'], ['http://a//..//b', 'http://a//b'],
    ['http://a/b\\..\\c', 'http://a/c'], ['x:/b\\..', 'x:/b\\..'], ['x:/a/..', 'x:/'], ['http://a/é/../ü', 'http://a/%C3%BC'], ['http://a/b/./../c/./', 'http://a/c/'], ['http://a/../?b', 'http://a/?b']],
  ['paths that look like a host', ['x:/..//a', 'x:/.//a'], ['x:/.//a', 'x:/.//a'], ['x:/a/..//b', 'x:/.//b'], ['x:/./a', 'x:/a'], ['x:////', 'x:////']],
  ['opaque paths', ['mailto:A B"<>é', 'mailto:A B"<>%C3%A9'], ['x:..', 'x:..'], ['x:a\x01', 'x:a'], ['x:a\x01b\x7f', 'x:a%01b%7F'], ['x:a  ', 'x:a'], ['x:a  ?b', 'x:a %20?b'], ['x:a #b', 'x:a%20#b'],
    ['x: ?', 'x:%20?'], ['x:\\', 'x:\\']],
  ['queries', ['http://a?b c"#<>\'é`{}', 'http://a/?b%20c%22#%3C%3E\'%C3%A9%60{}'], ['http://a/?\'"<>', 'http://a/?%27%22%3C%3E'], ['x:a?\'"<>`', 'x:a?\'%22%3C%3E`'], ['http://a/?', 'http://a/?'],
    ['http://a/??', 'http://a/??'], ['http://a/?%zz', 'http://a/?%zz'], ['http://a/?[]|^\\', 'http://a/?[]|^\\'], ['http://a/?../b', 'http://a/?../b'], ['x:?', 'x:?']],
  ['fragments', ['http://a/# "<>`\'{}é#?', 'http://a/#%20%22%3C%3E%60\'{}%C3%A9#?'], ['http://a/#', 'http://a/#'], ['x:#', 'x:#'], ['http://a#b', 'http://a/#b']],
  ['file URLs', ['file:///a/b', 'file:///a/b'], ['file:a', 'file:///a'], ['file:', 'file:///'], ['file:/a', 'file:///a'], ['file://h/a', 'file://h/a'], ['file://LOCALHOST/a', 'file:///a'],
    ['file:\\\\H\\a', 'file://h/a'], ['file:////a', 'file:////a'], ['file://h:80/', null], ['file://u@h/', null], ['file://a b/', null], ['file://127.1/', 'file://127.0.0.1/'], ['file:?q#f', 'file:///?q#f'],
    ['file://%6cocalhost/', 'file:///']],
  ['drive letters', ['file:///C|/a', 'file:///C:/a'], ['file:///c:/../a', 'file:///c:/a'], ['file://C:/a', 'file:///C:/a'], ['file://C|', 'file:///C:'], ['file:C|\\a', 'file:///C:/a'], ['file:///C|a', 'file:///C|a'],
    ['file:///a/C|/..', 'file:///a/'], ['file:///C:/..', 'file:///C:/'], ['file:///C:..', 'file:///C:..'], ['file:///1|/', 'file:///1|/'], ['file:///C:/a/../../..', 'file:///C:/'], ['file:/C|?q', 'file:///C:?q'],
    ['http://a/C|/..', 'http://a/']],
];
for (const [rule, ...cases] of alone) {
  for (const [input, href] of cases) {
    const note = `${rule}: ${JSON.stringify(input)}`;
    const url = URL.parse(input);
    assert.strictEqual(url === null ? null : url.href, href, note);
    assert.strictEqual(URL.canParse(input), href !== null, note);
    if (href === null) {
      assert.throws(() => new URL(input), { name: 'TypeError', code: 'ERR_INVALID_URL', message: 'Invalid URL', input: input.toWellFormed() }, note);
    } else {
      assert.strictEqual(`${new URL(input)}`, href, note);
      assert.strictEqual(new URL(href).href, href, `${note}, twice`);
    }
  }
}

// [base, [input, href or null]...]
const relative = [
  ['http://u:p@h:81/a/b?q#f', ['', 'http://u:p@h:81/a/b?q'], ['#x', 'http://u:p@h:81/a/b?q#x'], ['?x', 'http://u:p@h:81/a/b?x'], ['x', 'http://u:p@h:81/a/x'], ['./x', 'http://u:p@h:81/a/x'],
    ['../x', 'http://u:p@h:81/x'], ['../../../x', 'http://u:p@h:81/x'], ['.', 'http://u:p@h:81/a/'], ['..', 'http://u:p@h:81/'], ['x/../y', 'http://u:p@h:81/a/y'], ['/x', 'http://u:p@h:81/x'], ['\\x', 'http://u:p@h:81/x'],
    ['//x', 'http://x/'], ['///x', 'http://x/'], ['\\/\\x', 'http://x/'], ['http:x', 'http://u:p@h:81/a/x'], ['http:', 'http://u:p@h:81/a/b?q'], ['http:/x', 'http://u:p@h:81/x'], ['HTTP:?x', 'http://u:p@h:81/a/b?x'],
    ['http://x', 'http://x/'], ['https:x', 'https://x/'], ['y:x', 'y:x'], [':x', 'http://u:p@h:81/a/:x'], ['1:x', 'http://u:p@h:81/a/1:x'], ['é d', 'http://u:p@h:81/a/%C3%A9%20d'], ['//', null], ['//x:y', null],
    ['x\ty', 'http://u:p@h:81/a/xy'], [' x ', 'http://u:p@h:81/a/x'], ['/..//x', 'http://u:p@h:81//x'], ['x/é/../..', 'http://u:p@h:81/a/']],
  ['x://h/a/b?q#f', ['y', 'x://h/a/y'], ['/y', 'x://h/y'], ['//y/z', 'x://y/z'], ['///y', 'x:///y'], ['\\y', 'x://h/a/\\y'], ['..', 'x://h/'], ['#y', 'x://h/a/b?q#y'], ['x:y', 'x:y']],
  ['x://h', ['y', 'x://h/y'], ['', 'x://h'], ['?y', 'x://h?y'], ['..', 'x://h/'], ['/', 'x://h/']],
  ['x:/a/b', ['y', 'x:/a/y'], ['..//y', 'x:/.//y'], ['/', 'x:/'], ['/.//y', 'x:/.//y'], ['//y', 'x://y'], ['?z', 'x:/a/b?z']],
  ['x:/.//a/b', ['y', 'x:/.//a/y'], ['#z', 'x:/.//a/b#z'], ['../y', 'x:/.//y'], ['../../y', 'x:/y'], ['/y', 'x:/y']],
  ['mailto:a b?q', ['#f', 'mailto:a b?q#f'], ['', null], ['?x', null], ['x', null], ['/x', null], ['http:', null], ['http:x', 'http://x/'], ['y:z', 'y:z']],
  ['file:///C:/a/b?q#f', ['x', 'file:///C:/a/x'], ['..', 'file:///C:/'], ['../../..', 'file:///C:/'], ['/x', 'file:///C:/x'], ['/', 'file:///C:/'], ['D|', 'file:///D:'], ['D:', 'd:'], ['/D|/x', 'file:///D:/x'], ['//h/x', 'file://h/x'],
    ['//D:/x', 'file:///D:/x'], ['file:x', 'file:///C:/a/x'], ['file:/x', 'file:///C:/x'], ['D|x', 'file:///C:/a/D|x'], ['?x', 'file:///C:/a/b?x'], ['#x', 'file:///C:/a/b?q#x'], ['', 'file:///C:/a/b?q'], ['\\x', 'file:///C:/x']],
  ['file://h/a/b', ['x', 'file://h/a/x'], ['/x', 'file://h/x'], ['///x', 'file:///x'], ['/C|/x', 'file://h/C:/x'], ['C|/x', 'file://h/C:/x'], ['C|', 'file://h/C:']],
  ['file:///C:', ['x', 'file:///C:/x'], ['..', 'file:///C:/'], ['/', 'file:///C:/']],
  ['file:///a/', ['../C|/x', 'file:///C:/x'], ['C|x', 'file:///a/C|x'], ['/C|x', 'file:///C|x']],
  ['blob:http://h/a', ['x', null], ['#x', 'blob:http://h/a#x']],
  ['no base', ['http://a', null], ['x', null]],
];
for (const [base, ...cases] of relative) {
  for (const [input, href] of cases) {
    const note = `${JSON.stringify(input)} against ${base}`;
    assert.strictEqual(URL.parse(input, base)?.href ?? null, href, note);
    assert.strictEqual(URL.canParse(input, base), href !== null, note);
    if (href === null) assert.throws(() => new URL(input, base), { code: 'ERR_INVALID_URL', input, base }, note);
    else assert.strictEqual(new URL(input, base).href, href, note);
  }
}

{ // the parts
  assert.deepStrictEqual(parts(new URL('https://us:pw@h.de:81/p/q?a=b#c')), ['https:', 'us', 'pw', 'h.de:81', '/p/q', '?a=b', '#c']);
  assert.deepStrictEqual(parts(new URL('http://:pw@h')), ['http:', '', 'pw', 'h', '/', '', '']);
  assert.deepStrictEqual(parts(new URL('http://us@[::1]/?#')), ['http:', 'us', '', '[::1]', '/', '', '']);
  assert.deepStrictEqual(parts(new URL('x:/.//p?q')), ['x:', '', '', '', '//p', '?q', '']);
  assert.deepStrictEqual(parts(new URL('data:a b,c#d')), ['data:', '', '', '', 'a b,c', '', '#d']);
  const rewritten = new URL('http://h/a/b/../ü?q#f');
  assert.deepStrictEqual(parts(rewritten), ['http:', '', '', 'h', '/a/%C3%BC', '?q', '#f']);
  const url = new URL('http://h:0081');
  assert.deepStrictEqual([url.hostname, url.port, url.host], ['h', '81', 'h:81']);
  assert.deepStrictEqual([new URL('x:y').hostname, new URL('x:y').port, new URL('x://').hostname], ['', '', '']);
}

for (const [input, origin] of [
  ['http://u:p@h:80/a', 'http://h'], ['https://h:8/a', 'https://h:8'], ['ws://h', 'ws://h'], ['wss://h', 'wss://h'], ['ftp://é', 'ftp://xn--9ca'], ['file:///a', 'null'], ['x://h', 'null'],
  ['data:,', 'null'], ['blob:https://h:8/id', 'https://h:8'], ['blob:http://H/', 'http://h'], ['blob:ws://h/', 'null'], ['blob:file:///a', 'null'], ['blob:x', 'null'], ['blob:blob:http://h/', 'null'],
]) assert.strictEqual(new URL(input).origin, origin, input);

{ // what the arguments may be
  assert.strictEqual(new URL({ toString: () => 'x:y' }).href, 'x:y');
  assert.strictEqual(new URL('b', new URL('http://h/a')).href, 'http://h/b');
  assert.strictEqual(new URL('x:y', undefined).href, 'x:y');
  assert.throws(() => new URL('x', null), { code: 'ERR_INVALID_URL', input: 'x', base: 'null' });
  assert.strictEqual(URL.canParse('x', null), false);
  const thrown = (() => { try { return new URL('x'); } catch (error) { return error; } })();
  assert.deepStrictEqual(Object.keys(thrown), ['code', 'input']);
  for (const call of [() => new URL(), () => URL.parse(), () => URL.canParse()]) {
    assert.throws(call, { name: 'TypeError', code: 'ERR_MISSING_ARGS', message: 'The "url" argument must be specified' });
  }
  for (const call of [() => new URL(Symbol('s')), () => new URL('x:', Symbol('s')), () => URL.canParse(Symbol('s'))]) assert.throws(call, TypeError);
  assert.throws(() => URL('x:'), TypeError);
  const order = [];
  const noisy = (name, text) => ({ toString() { order.push(name); return text; } });
  new URL(noisy('url', 'a'), noisy('base', 'http://h'));
  assert.deepStrictEqual(order, ['url', 'base']);
}

{ // the class, as Web IDL has it
  const global = Object.getOwnPropertyDescriptor(globalThis, 'URL');
  assert.deepStrictEqual([global.writable, global.enumerable, global.configurable], [true, false, true]);
  assert.strictEqual(require('node:url').URL, URL);
  assert.deepStrictEqual([URL.length, URL.name, URL.parse.length, URL.canParse.length], [1, 'URL', 1, 1]);
  const names = [];
  for (const name in new URL('x:')) names.push(name);
  assert.deepStrictEqual(names, ['toString', 'href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash', 'toJSON']);
  assert.deepStrictEqual(Object.keys(URL), ['parse', 'canParse', 'createObjectURL', 'revokeObjectURL']);
  assert.deepStrictEqual(Reflect.ownKeys(new URL('x:')), []);
  assert.strictEqual(Object.prototype.toString.call(new URL('x:')), '[object URL]');
  assert.strictEqual(JSON.stringify({ u: new URL('http://h') }), '{"u":"http://h/"}');
  for (const name of names) {
    const { get, set, value } = Object.getOwnPropertyDescriptor(URL.prototype, name);
    const wrong = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type URL' };
    for (const self of [undefined, null, 1, 'http://h', {}, Object.create(URL.prototype), new Proxy(new URL('x:'), {}), URL.prototype, new URLSearchParams()]) {
      assert.throws(() => (get ?? value).call(self), wrong, name);
      if (set !== undefined) assert.throws(() => set.call(self, 'http://h'), wrong, name);
    }
    assert.strictEqual(set === undefined && get !== undefined, name === 'origin' || name === 'searchParams', name);
  }
  class Sub extends URL { get twice() { return this.href + this.href; } }
  assert.strictEqual(new Sub('x:y').twice, 'x:yx:y');
  assert.strictEqual(Sub.parse('x:y') instanceof Sub, false);
  assert.strictEqual(Sub.parse('x:y') instanceof URL, true);
  const { parse, canParse } = URL;
  assert.deepStrictEqual([parse('x:y').href, canParse('y')], ['x:y', false]);
}

{ // inspect
  assert.strictEqual(util.inspect(new URL('https://u:p@h:8/a?b=c#d')), `URL {
  href: 'https://u:p@h:8/a?b=c#d',
  origin: 'https://h:8',
  protocol: 'https:',
  username: 'u',
  password: 'p',
  host: 'h:8',
  hostname: 'h',
  port: '8',
  pathname: '/a',
  search: '?b=c',
  searchParams: URLSearchParams { 'b' => 'c' },
  hash: '#d'
}`);
  assert.strictEqual(util.inspect({ u: new URL('x:') }, { depth: 0 }), '{ u: URL {} }');
  assert.match(util.inspect(new (class Sub extends URL {})('x:')), /^Sub \{\n/);
  assert.match(util.inspect(new URL('x:'), { depth: 0 }), /searchParams: \[Object\]/);
}

{ // deep equality goes by the text
  const changed = new URL('http://h/a');
  changed.searchParams.append('b', 'c');
  for (const [a, b, isSame] of [
    [new URL('x:a'), new URL('x:a'), true], [new URL('x:a'), new URL('x:b'), false], [changed, new URL('http://h/a?b=c'), true], [changed, new URL('http://h/a'), false],
    [new URL('x:a'), {}, false], [new URL('x:a'), Object.create(URL.prototype), false], [new Map([['u', new URL('x:a')]]), new Map([['u', new URL('x:b')]]), false],
    [Object.assign(new URL('x:a'), { b: 1 }), new URL('x:a'), false],
  ]) {
    assert.strictEqual(util.isDeepStrictEqual(a, b), isSame);
    assert.strictEqual(util.isDeepStrictEqual(b, a), isSame);
    (isSame ? assert.deepEqual : assert.notDeepEqual)(a, b);
  }
}

{ // long ones: no limit, and no more than linear work
  const long = 'a'.repeat(200_000);
  assert.strictEqual(new URL(`http://h/${long}?${long}#${long}`).href.length, 3 * long.length + 11);
  const steps = `${'é/'.repeat(50_000)}${'../'.repeat(50_000)}`;
  assert.strictEqual(new URL(`http://h/${steps}x`).pathname, '/x');
  assert.strictEqual(new URL(`http://h/${'b/é/../'.repeat(50_000)}`).pathname.length, 1 + 2 * 50_000);
  assert.strictEqual(new URL('../'.repeat(20_000), `http://h/${'x/'.repeat(20_000)}`).href, 'http://h/');
  assert.strictEqual(new URL(`http://${'u'.repeat(100_000)}@h`).username.length, 100_000);
}
