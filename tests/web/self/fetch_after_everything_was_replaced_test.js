// Blob, FormData, Headers, Request and Response are loaded when somebody first looks at them. Here that is after the program has replaced
// everything else: neither loading nor using them asks for what it put there.
'use strict';
const assert = require('node:assert');
const { DOMException, ReadableStream, URLSearchParams } = globalThis; // other built-ins are not in question
new ReadableStream();
new URLSearchParams('a=b');
assert.throws(() => { throw new TypeError('loads what shows errors'); }, TypeError);

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys, apply } = Reflect;
const then = Promise.prototype.then;
const kept = [];
const refuse = () => { throw new Error('asked'); };
const holders = [Array, ArrayBuffer, BigInt, JSON, Map, Math, Number, Object, Reflect, RegExp, Set, String, Symbol, WeakMap, Object.getPrototypeOf(Uint8Array), Uint8Array];
const targets = [];
for (const holder of holders) {
  targets.push(holder);
  if (holder.prototype !== undefined) targets.push(holder.prototype);
}
targets.push(Promise, Object.getPrototypeOf([].values()), Object.getPrototypeOf(new Map().entries()));

const iterator = Array.prototype[Symbol.iterator], pairs = [['a', '1'], ['b', '2']];
const sequence = (list) => ({ [Symbol.iterator]: () => { let i = 0; return { next: () => (i < list.length ? { done: false, value: list[i++] } : { done: true }) }; } });
const args = { parts: sequence(['x', new Uint8Array([65])]), headers: sequence([sequence(pairs[0]), sequence(pairs[1])]) };

const results = [];
function store(value) { defineProperty(results, results.length, { __proto__: null, value, enumerable: true, configurable: true, writable: true }); }
try {
  for (let i = 0; i < targets.length; i++) {
    const keys = ownKeys(targets[i]);
    for (let j = 0; j < keys.length; j++) {
      const descriptor = getOwnPropertyDescriptor(targets[i], keys[j]);
      if (!descriptor.configurable || keys[j] === 'constructor' || keys[j] === 'prototype' || keys[j] === 'name' || keys[j] === 'length' || (typeof descriptor.value !== 'function' && descriptor.get === undefined)) continue;
      defineProperty(kept, kept.length, { value: { target: targets[i], key: keys[j], descriptor } });
      defineProperty(targets[i], keys[j], { configurable: true, get: refuse, set: refuse });
    }
  }
  defineProperty(Object.prototype, 'get', { configurable: true, get: refuse }); // what a descriptor must not inherit
  const blob = new Blob(args.parts, { type: 'A/B' });
  store(blob.size);
  store(blob.slice(0, 1).type);
  store(new File(args.parts, 'n', { lastModified: 1 }).name);
  const headers = new Headers(args.headers);
  headers.append('A', '3');
  store(headers.get('a'));
  const data = new FormData();
  data.append('f', blob, 'name');
  data.append('t', 'text');
  const response = new Response(data, { status: 201 });
  const request = new Request('http://a/', { method: 'post', body: 'abc', headers: { c: 'd' } });
  store(response.clone().formData());
  store(request.clone().text());
  store(new Response('{"a":1}').json());
  store(blob.text());
  store(response.body === response.body);
} finally {
  delete Object.prototype.get;
  for (let i = kept.length - 1; i >= 0; i--) defineProperty(kept[i].target, kept[i].key, kept[i].descriptor);
}
assert.ok(Array.prototype[Symbol.iterator] === iterator && Promise.prototype.then === then && DOMException !== undefined);

(async () => {
  assert.deepStrictEqual(results.slice(0, 4), [2, '', 'n', '1, 3']);
  const read = await results[4];
  assert.deepStrictEqual([read.get('f').name, read.get('f').type, await read.get('f').text(), read.get('t')], ['name', 'a/b', 'xA', 'text']);
  assert.deepStrictEqual([await results[5], await results[6], await results[7], results[8]], ['abc', { a: 1 }, 'xA', true]);
  assert.strictEqual(apply(Blob.prototype.slice, new Blob(['abc']), [1]).size, 2);
})();
