// MIME types as bodies show them: what Response.blob() gives for a header Content-Type, by the MIME Sniffing and Fetch standards.
'use strict';
const assert = require('node:assert');

const typeOf = async (...values) => (await new Response('', { headers: values.map((value) => ['Content-Type', value]) }).blob()).type;

async function main() {
  // [header, type of the blob]
  for (const [header, expected] of [
    ['text/html', 'text/html'], ['TEXT/Html', 'text/html'], [' text/html ', 'text/html'], ['text/html;', 'text/html'], ['text/html ;charset=x', 'text/html;charset=x'],
    ['text/html; charset=UTF-8', 'text/html;charset=UTF-8'], ['text/html;CHARSET=x', 'text/html;charset=x'], ['text/html;charset=a;charset=b', 'text/html;charset=a'],
    ['text/html;charset="a b"', 'text/html;charset="a b"'], ['text/html;charset="ab"', 'text/html;charset=ab'], ['text/html;x="a\\"b\\\\c"', 'text/html;x="a\\"b\\\\c"'],
    ['text/html;x="a', 'text/html;x=a'], ['text/html;x="a\\', 'text/html;x="a\\\\"'], ['text/html;x="a"b;y=c', 'text/html;x=a;y=c'], ['text/html;x="";y=c', 'text/html;x="";y=c'],
    ['text/html;x=;y=c', 'text/html;y=c'], ['text/html;x;y=c', 'text/html;y=c'], ['text/html;=a;y=c', 'text/html;y=c'], ['text/html; a b=c;y=d', 'text/html;y=d'], ['text/html;;;x=y', 'text/html;x=y'],
    ['text/html;\tx=y\t', 'text/html;x=y'], ['text/html;x= y', 'text/html;x=" y"'], ['text/html;x=a=b', 'text/html;x="a=b"'], ['text/html;x=(a)', 'text/html;x="(a)"'], ['text/html;x=', 'text/html'], ['text/html;x', 'text/html'],
    ["!#$%&'*+-.^_`|~09az/+", "!#$%&'*+-.^_`|~09az/+"], ['*/*', ''], ['text/*', 'text/*'],
    ['', ''], ['text', ''], ['/html', ''], ['text/', ''], ['text /html', ''], ['te xt/html', ''], ['text/ html', ''], ['text/ht ml', ''], ['text/html/x', ''], ['t\xe9xt/html', ''], [';charset=x', ''],
  ]) assert.strictEqual(await typeOf(header), expected, header);

  // [headers, type of the blob]: the last that is a MIME type counts, and may inherit a charset
  for (const [headers, expected] of [
    [['text/plain', 'text/html'], 'text/html'], [['text/plain, text/html'], 'text/html'], [['text/html', 'x'], 'text/html'], [['text/html', '*/*'], 'text/html'], [['', 'text/html'], 'text/html'],
    [['text/html;charset=a', 'text/html'], 'text/html;charset=a'], [['text/html;charset=a', 'text/html;x=y'], 'text/html;x=y;charset=a'], [['text/html;charset=a', 'text/plain', 'text/html'], 'text/html'],
    [['text/html;charset=a', 'text/html;charset=b'], 'text/html;charset=b'], [['text/html;x=",', 'text/plain'], 'text/html;x=",, text/plain"'], [['text/html;x="a,b"'], 'text/html;x="a,b"'], [[',text/html,'], 'text/html'],
  ]) assert.strictEqual(await typeOf(...headers), expected, headers.join(' | '));
  assert.strictEqual((await new Response('x', { headers: { 'x-y': 'z' } }).blob()).type, 'text/plain;charset=UTF-8');
  assert.strictEqual((await new Response(new Uint8Array(1)).blob()).type, '');

  { // linear in length, whatever is in it
    const start = performance.now();
    for (const part of [';', '"', '\\', ',', 'a="', ';a=b', '/,', ' ', '\\"']) await typeOf(`text/html;${part.repeat(100_000)}`);
    assert.ok(performance.now() - start < 8000);
  }
}
main();
