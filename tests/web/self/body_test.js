// The bodies of requests and responses: every kind of body read in every way, streams, forms of both types written and read, hostile input.
'use strict';
const assert = require('node:assert');

const utf8 = (text) => new TextEncoder().encode(text);
const join = (...parts) => new Uint8Array(parts.flatMap((part) => [...(typeof part === 'string' ? utf8(part) : part)]));
const wrap = [
  (body, headers) => new Response(body, { headers }),
  (body, headers) => new Request('http://a/', { method: 'POST', body, headers, duplex: 'half' }),
];
const form = (body, type = 'multipart/form-data; boundary=B') => new Response(body, { headers: { 'content-type': type } }).formData();
const unusable = { name: 'TypeError', message: 'Body is unusable: Body has already been read' };
const readers = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];

async function collect(stream, mode) {
  const reader = stream.getReader({ mode });
  const chunks = [];
  for (;;) {
    const { done, value } = await (mode === 'byob' ? reader.read(new Uint8Array(3)) : reader.read());
    if (done) return join(...chunks);
    chunks.push(value);
  }
}

async function main() {
  // [body, text]
  const params = new URLSearchParams([['a', 'é'], ['b', ' ']]);
  for (const wrapped of wrap) for (const [make, text] of [
    [() => '{"a":"é"}', '{"a":"é"}'], [() => '\ud800', '\ufffd'], [() => new Blob(['ab', 'c']), 'abc'], [() => utf8('abc').buffer, 'abc'], [() => utf8('xabc').subarray(1), 'abc'],
    [() => new DataView(utf8('xabc').buffer, 1, 2), 'ab'], [() => new Uint16Array([0x6261]), 'ab'], [() => params, 'a=%C3%A9&b=+'], [() => new Blob(['abc']).stream(), 'abc'], [() => new Response('abc').body, 'abc'],
    [() => new ReadableStream({ start(c) { c.enqueue(utf8('a')); c.enqueue(utf8('é')); c.close(); } }), 'aé'], [() => new ReadableStream({ type: 'bytes', pull(c) { c.enqueue(utf8('ab')); c.close(); } }), 'ab'],
    [() => (async function* () { yield utf8('a'); yield utf8('b'); })(), 'ab'], [() => 5, '5'], [() => ({ toString: () => 'own' }), 'own'], [() => '', ''], [() => new Blob(), ''], [() => new ArrayBuffer(0), ''],
    [() => '\ufeffa', 'a'],
  ]) {
    const bytes = text === 'a' ? [0xef, 0xbb, 0xbf, 97] : [...utf8(text)];
    assert.strictEqual(await wrapped(make()).text(), text);
    assert.deepStrictEqual([...await wrapped(make()).bytes()], bytes);
    assert.deepStrictEqual([...new Uint8Array(await wrapped(make()).arrayBuffer())], bytes);
    assert.deepStrictEqual([...new Uint8Array(await (await wrapped(make()).blob()).arrayBuffer())], bytes);
    assert.deepStrictEqual([...await collect(wrapped(make()).body)], bytes);
    const used = wrapped(make());
    assert.strictEqual(used.bodyUsed, false);
    const reading = used.text();
    assert.strictEqual(used.bodyUsed, true); // at once
    await reading;
    for (const key of readers) await assert.rejects(used[key](), unusable);
    assert.ok(used.body.locked && used.bodyUsed && used.body === used.body);
  }
  for (const make of [() => 'abcdefgh', () => new Blob(['abcd', 'efgh'])]) assert.deepStrictEqual([...await collect(new Response(make()).body, 'byob')], [...utf8('abcdefgh')]);

  { // without a body
    for (const empty of [new Response(), new Request('http://a/')]) {
      assert.deepStrictEqual([await empty.text(), (await empty.bytes()).length, (await empty.arrayBuffer()).byteLength, (await empty.blob()).size, empty.body, empty.bodyUsed], ['', 0, 0, 0, null, false]);
      await assert.rejects(empty.json(), SyntaxError);
      await assert.rejects(empty.formData(), TypeError);
    }
    assert.deepStrictEqual([...await form(null, 'application/x-www-form-urlencoded')], []);
    await assert.rejects(form(null), TypeError);
  }

  { // JSON
    for (const [text, value] of [['1', 1], ['null', null], [' {"a":[]} ', { a: [] }], ['\ufeff2', 2]]) assert.deepStrictEqual(await new Response(text).json(), value);
    for (const text of ['', '{', 'undefined', '\ufeff\ufeff1']) await assert.rejects(new Response(text).json(), SyntaxError);
  }

  { // what is read belongs to the program, and the body to nobody
    const source = utf8('abc');
    const response = new Response(source), again = response.clone();
    source[0] = 0;
    const bytes = await response.bytes();
    bytes[1] = 0;
    assert.strictEqual(await again.text(), 'abc');
    const blob = new Blob(['abc']);
    (await new Response(blob).bytes())[0] = 0;
    assert.strictEqual(await blob.text(), 'abc');
    const { value } = await new Response(blob).body.getReader().read();
    value[0] = 0;
    assert.strictEqual(await blob.text(), 'abc');
    const cloned = new Response(new Response('abc').body), other = cloned.clone();
    const first = await cloned.body.getReader().read();
    first.value[0] = 0;
    assert.strictEqual(await other.text(), 'abc');
  }

  { // streams
    const response = new Response('abc');
    const { body } = response;
    assert.ok(body instanceof ReadableStream && body === response.body && !body.locked);
    const reader = body.getReader();
    assert.strictEqual(response.bodyUsed, false);
    for (const key of readers) await assert.rejects(response[key](), unusable); // locked
    reader.releaseLock();
    assert.strictEqual(await response.text(), 'abc');
    const part = new Response(new Blob(['abc']));
    const partReader = part.body.getReader();
    await partReader.read();
    partReader.releaseLock();
    assert.ok(part.bodyUsed && !part.body.locked);
    await assert.rejects(part.text(), unusable);
    const gone = new Response('abc');
    await gone.body.cancel();
    assert.ok(gone.bodyUsed);
    await assert.rejects(gone.text(), unusable);
    for (const chunk of ['text', 1, null, undefined, [1], new ArrayBuffer(1), new Uint16Array(1)])
      await assert.rejects(new Response(new ReadableStream({ start(c) { c.enqueue(chunk); c.close(); } })).text(), TypeError);
    const error = new RangeError('mine');
    for (const key of readers) {
      const bad = new Response(new ReadableStream({ start(c) { c.error(error); } }), { headers: { 'content-type': 'multipart/form-data; boundary=B' } });
      await assert.rejects(bad[key](), (thrown) => thrown === error);
    }
    await assert.rejects(new Response((async function* () { throw error; })()).text(), (thrown) => thrown === error);
    const locked = new Blob().stream();
    locked.getReader();
    const read = new Blob(['a']).stream();
    await collect(read);
    for (const stream of [locked, read]) for (const wrapped of wrap) assert.throws(() => wrapped(stream), TypeError);
  }

  { // what a program puts on Object.prototype cannot slip in other bytes
    const streamed = () => new Response(new ReadableStream({ start(c) { c.enqueue(utf8('[1]')); c.close(); } }));
    for (const injected of [{ done: false, value: utf8('bad') }, { done: true }, undefined, 'bad', utf8('bad')]) {
      Object.prototype.then = function(resolve) {
        delete Object.prototype.then;
        resolve(injected);
      };
      const texts = [streamed().text(), new Response('ok').text()];
      delete Object.prototype.then;
      assert.deepStrictEqual(await Promise.all(texts), ['[1]', 'ok']);
    }
  }

  { // application/x-www-form-urlencoded: [bytes, entries]
    for (const [bytes, expected] of [
      ['', []], ['a=b', [['a', 'b']]], ['a=b&a=c&d', [['a', 'b'], ['a', 'c'], ['d', '']]], ['?a=b', [['?a', 'b']]], ['a+b=%20+', [['a b', '  ']]], ['&&=&', [['', '']]], ['\ufeffa=b', [['\ufeffa', 'b']]], ['é=%C3%A9', [['é', 'é']]],
      [join('a=', [0xc3], '%A9'), [['a', 'é']]], [join('a=', [0xff], 'b%FF'), [['a', '\ufffdb\ufffd']]], ['a=%zz%4', [['a', '%zz%4']]], ['\ufffd=%E2%82%AC', [['\ufffd', '€']]],
    ]) assert.deepStrictEqual([...await form(bytes, 'application/x-www-form-urlencoded;charset=windows-1252')], expected, String(bytes));
    assert.deepStrictEqual([...await new Response(params).formData()], [...params]);
    for (const type of ['', 'text/plain', 'application/json', 'x-www-form-urlencoded', 'multipart/mixed; boundary=B']) await assert.rejects(form('a=b', type), TypeError);
  }

  { // multipart/form-data, written
    const data = new FormData();
    data.append('a"\n', 'x\ny\r\rz"');
    data.append('é', new File(['\n'], 'n\r\n"é.txt'));
    data.append('f', new Blob(['q'], { type: 'a/b' }));
    const response = new Response(data);
    data.append('late', 'not in it');
    const boundary = response.headers.get('content-type').slice('multipart/form-data; boundary='.length);
    assert.strictEqual(await response.clone().text(), [
      `--${boundary}`, 'Content-Disposition: form-data; name="a%22%0D%0A"', '', 'x\r\ny\r\n\r\nz"', `--${boundary}`, 'Content-Disposition: form-data; name="é"; filename="n%0D%0A%22é.txt"',
      'Content-Type: application/octet-stream', '', '\n', `--${boundary}`, 'Content-Disposition: form-data; name="f"; filename="blob"', 'Content-Type: a/b', '', 'q', `--${boundary}--`, ''].join('\r\n'));
    const read = await response.formData();
    assert.deepStrictEqual([...read.keys()], ['a%22%0D%0A', 'é', 'f']); // what was escaped stays so
    assert.deepStrictEqual([read.get('é').name, read.get('é').type, await read.get('é').text(), read.get('f').type], ['n%0D%0A%22é.txt', 'application/octet-stream', '\n', 'a/b']);
    assert.match(await new Response(new FormData()).text(), /^--[-0-9A-Za-z]+--\r\n$/);
    assert.deepStrictEqual([...await new Response(new FormData()).formData()], []);
    const streamed = new Response(new Response(data).body, { headers: { 'content-type': new Response(data).headers.get('content-type') } });
    await assert.rejects(streamed.formData(), TypeError); // another boundary
  }

  // multipart/form-data, read: [heads and contents of the parts, entries]; a file is [name, type, text]
  const disposition = 'Content-Disposition: form-data; ';
  const body = (...parts) => parts.map(([head, text]) => `--B\r\n${head}\r\n\r\n${text}\r\n`).join('') + '--B--\r\n';
  const entries = async (data) => Promise.all([...data].map(async ([name, value]) => [name, typeof value === 'string' ? value : [value.name, value.type, await value.text()]]));
  for (const [parts, expected] of [
    [[[`${disposition}name="a"`, 'x']], [['a', 'x']]], [[[`${disposition}name="a"`, '']], [['a', '']]], [[[`${disposition}name=""`, 'x']], [['', 'x']]], [[[`${disposition}name=tok`, 'x']], [['tok', 'x']]],
    [[[`${disposition}name="a"`, '1'], [`${disposition}name="b"`, '2'], [`${disposition}name="a"`, '3']], [['a', '1'], ['b', '2'], ['a', '3']]],
    [[[`${disposition}name="a"; filename="f"`, 'x']], [['a', ['f', 'text/plain', 'x']]]], [[[`${disposition}filename=""; name="a"`, '']], [['a', ['', 'text/plain', '']]]],
    [[[`${disposition}name="a;b=c\\"; other="d;"; filename="é\\;"`, 'x']], [['a;b=c\\', ['é\\;', 'text/plain', 'x']]]], [[[`content-DISPOSITION :\tFORM-data ;NAME="a"\t`, 'x']], [['a', 'x']]],
    [[[`${disposition}name="a"\r\nContent-Type: a/b\r\nX-Other: y`, 'x']], [['a', 'x']]], [[[`Content-Type:  A/B ; x="y" \r\n${disposition}name="a"; filename="f"`, 'x']], [['a', ['f', 'a/b;x=y', 'x']]]],
    [[[`${disposition}name="a"; filename="f"\r\nContent-Type: nothing`, 'x']], [['a', ['f', '', 'x']]]], [[[`${disposition}name="a"; filename="f"\r\nContent-Type:`, 'x']], [['a', ['f', '', 'x']]]],
    [[[`${disposition}name="a"; filename="f"\r\nContent-Type: a/b\r\nContent-Type: c/d`, 'x']], [['a', ['f', 'c/d', 'x']]]], [[[`${disposition}name="a"; filename="f"\r\nContent-Type: t/é`, 'x']], [['a', ['f', '', 'x']]]],
    [[[`${disposition}name="a"\r\nContent-Transfer-Encoding: base64`, 'eA==']], [['a', 'eA==']]], [[[`${disposition}name="a"`, '\r\n--b\r\n-B\n--B\r--B\r\n--']], [['a', '\r\n--b\r\n-B\n--B\r--B\r\n--']]],
    [[[`${disposition}name="%22%0D%0A"`, '%22']], [['%22%0D%0A', '%22']]], [[[`${disposition}name="\ufeffa\x01"`, '\ufeffx']], [['\ufeffa\x01', '\ufeffx']]], [[[`${disposition}name="_charset_"`, 'x']], [['_charset_', 'x']]],
    [[[`${disposition}name="__proto__"`, 'x']], [['__proto__', 'x']]],
  ]) assert.deepStrictEqual(await entries(await form(body(...parts))), expected, JSON.stringify(parts));

  { // around the parts
    const one = body([`${disposition}name="a"`, 'x']);
    for (const text of [one, one.slice(0, -2), `${one}epilogue\r\n--B\r\n`, one.replace('--B\r\n', '--B \t\r\n'), one.replace('--B--\r\n', '--B-- \t'), one.replace('--B--\r\n', '--B--\t\r\nx')]) assert.deepStrictEqual([...await form(text)], [['a', 'x']], text);
    assert.deepStrictEqual([...await form('--B--')], []);
    for (const [boundary, type] of [['a.b(c)', 'multipart/form-data; boundary="a.b(c)"'], ['bé', 'multipart/form-data; boundary="b\xe9"'], ['X', 'MULTIPART/form-data; charset=x; BOUNDARY=X'], ['-', 'multipart/form-data;boundary=-']])
      assert.deepStrictEqual([...await form(one.replaceAll('--B', () => `--${boundary}`), type)], [['a', 'x']], type);
    const bytes = [0, 0x80, 0xff, 13, 10, 45, 45, 13];
    const file = (await form(join(`--B\r\n${disposition}name="a"; filename="f"\r\n\r\n`, bytes, '\r\n--B--'))).get('a');
    assert.deepStrictEqual([[...await file.bytes()], file.lastModified], [bytes, 0]);
    assert.deepStrictEqual([...await form(join(`--B\r\n${disposition}name="a`, [0xff], '"\r\n\r\nb', [0xc3], '\r\n--B--'))], [['a\ufffd', 'b\ufffd']]);
    const slow = new Response(new ReadableStream({ async pull(c) { c.enqueue(utf8(one)); c.close(); } }), { headers: { 'content-type': 'multipart/form-data; boundary=B' } });
    assert.deepStrictEqual([...await slow.formData()], [['a', 'x']]);

    // hostile, or broken
    for (const text of [
      '', 'x', '--', '--B', '--B\r\n', '--B\n', '--Bx', '--C--', `\r\n${one}`, `preamble\r\n${one}`, one.slice(2), one.slice(0, -4), one.replace('--B--', '--B--x'), one.replace('--B--', '--B'), one.replace('x\r\n--B--', 'x--B--'),
      one.replaceAll('\r\n', '\n'), one.replace('--B\r\n', '--B x\r\n'), '--B\r\n\r\nx\r\n--B--', '--B\r\n--B--', `--B\r\n${disposition}name="a"\r\n--B--`,
      ...[disposition, `${disposition}filename="a"`, 'Content-Disposition: form-data', 'Content-Disposition: attachment; name="a"', 'Content-Disposition:', 'X: y', 'x', ': x', `${disposition}name`, `${disposition}name=`, `${disposition}name="a`,
        `${disposition}name="a"b`, `${disposition}name="a";`, `${disposition}name="a"; name="b"`, `${disposition}name="a"; filename="b"; filename="c"`, `${disposition}name="a"\r\n${disposition}name="b"`, `${disposition}name="a\nb"`,
        `${disposition}name="a\rb"`, `${disposition}name="a\0b"`, `${disposition}name="a"\r\nX: \0`, `${disposition}name="a"\r\nX y: z`, `${disposition}\r\n name="a"`, `${disposition}name="a"\r\nX: ${'y'.repeat(20_000)}`, `Content-Disposition form-data; name="a"`,
      ].map((head) => body([head, 'x'])),
    ]) await assert.rejects(form(text), { name: 'TypeError', message: /^Could not parse content as FormData: / }, JSON.stringify(text.slice(0, 200)));
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary', 'multipart/form-data; boundary=', 'multipart/form-data; boundary=""', 'multipart/form-data; boundary=C']) await assert.rejects(form(one, type), TypeError);
  }

  { // reading is linear, and has a limit to the number of parts
    const start = performance.now();
    const head = `--B\r\n${disposition}name="a"; filename="f"\r\n\r\n`;
    for (const part of ['\r', '\r\n', '\r\n-', '\r\n--', '\r\n--b', '\r\n--A']) await assert.rejects(form(head + part.repeat(200_000)), TypeError);
    const long = 'b'.repeat(20_000);
    await assert.rejects(form(`--${long}\r\n${disposition}name="a"\r\n\r\n${`\r\n--${long.slice(1)}`.repeat(50)}`, `multipart/form-data; boundary=${long}`), TypeError);
    await assert.rejects(form(`--B\r\n${disposition}name="a"${'; x=y'.repeat(3000)};`), TypeError);
    assert.strictEqual([...await form(body(...Array(5000).fill([`${disposition}name="a"`, 'x'])))].length, 5000);
    await assert.rejects(form(`--B\r\n${disposition}name="a"\r\n\r\n\r\n`.repeat(100_001)), { message: /more than 100000 parts/ });
    await form(new Uint8Array(300_000).fill(0xff), 'application/x-www-form-urlencoded');
    assert.ok(performance.now() - start < 20_000);
  }

  { // nothing that a program replaces is asked
    const one = body([`${disposition}name="a"; filename="f"\r\nContent-Type: a/b`, 'x']);
    const refuse = () => { throw new Error('asked'); };
    const kept = [], texts = [], blob = new Blob(['abc']), streamed = new Response('xyz').body;
    const plans = [
      [RegExp.prototype, 'exec', 'test', Symbol.replace, Symbol.split], [String.prototype, 'charCodeAt', 'slice', 'indexOf', 'toLowerCase', 'trim', 'split', 'replace', 'startsWith'],
      [Map.prototype, 'get', 'set', 'has', 'forEach'], [Object.getPrototypeOf(Uint8Array.prototype), 'set', 'subarray', 'slice', 'indexOf'], [Headers.prototype, 'append', 'get', 'set', 'has', 'entries'],
      [FormData.prototype, 'append', 'get', 'set', 'has', 'entries'], [ReadableStream.prototype, 'getReader', 'tee', 'cancel'], [Blob.prototype, 'stream', 'arrayBuffer', 'text', 'slice'], [JSON, 'parse', 'stringify'],
      [Promise.prototype, 'then'], [URLSearchParams.prototype, 'toString', 'entries'], [Array.prototype, 'push', 'map', 'join', 'slice', 'sort', Symbol.iterator],
    ];
    try {
      for (let i = 0; i < plans.length; i++) for (let j = 1; j < plans[i].length; j++) {
        const object = plans[i][0], key = plans[i][j];
        kept[kept.length] = { object, key, descriptor: Object.getOwnPropertyDescriptor(object, key) };
        object[key] = refuse;
      }
      const response = new Response(one, { headers: { 'content-type': 'multipart/form-data; boundary=B' } });
      const copy = response.clone();
      texts[0] = copy.formData();
      texts[1] = new Response(params).text();
      texts[2] = new Response('{}').json();
      texts[3] = new Response(blob).text();
      texts[4] = new Request('http://a/', { method: 'POST', body: streamed, duplex: 'half' }).bytes();
    } finally {
      for (let i = 0; i < kept.length; i++) Object.defineProperty(kept[i].object, kept[i].key, kept[i].descriptor);
    }
    assert.deepStrictEqual(await entries(await texts[0]), [['a', ['f', 'a/b', 'x']]]);
    assert.deepStrictEqual([await texts[1], await texts[2], await texts[3], [...await texts[4]]], ['a=%C3%A9&b=+', {}, 'abc', [...utf8('xyz')]]);
  }
}
main();
