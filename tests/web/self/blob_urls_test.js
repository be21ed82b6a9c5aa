// URL.createObjectURL() and URL.revokeObjectURL(): what they take, and how the URLs look.
'use strict';
const assert = require('node:assert');

assert.deepStrictEqual([URL.createObjectURL.length, URL.revokeObjectURL.length, URL.createObjectURL.name], [1, 1, 'createObjectURL']);
const blob = new Blob(['abc']);
const url = URL.createObjectURL(blob);
assert.match(url, /^blob:null\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
assert.deepStrictEqual([new URL(url).href, new URL(url).protocol, new URL(url).origin], [url, 'blob:', 'null']);
assert.notStrictEqual(URL.createObjectURL(blob), url);
assert.match(URL.createObjectURL(new File([], 'n')), /^blob:null\//);
for (const value of [undefined, null, 'a', {}, Object.create(Blob.prototype), new ArrayBuffer(1)]) assert.throws(() => URL.createObjectURL(value), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
for (const call of [() => URL.createObjectURL(), () => URL.revokeObjectURL()]) assert.throws(call, { name: 'TypeError', code: 'ERR_MISSING_ARGS' });
for (const value of [url, url, `${url}#a`, 'blob:null/none', 'http://a/', 'no url', null, {}]) assert.strictEqual(URL.revokeObjectURL(value), undefined);
assert.throws(() => URL.revokeObjectURL(Symbol('s')), TypeError);
