// SubtleCrypto and CryptoKey as interfaces: shape, conversions, the order in which arguments are looked at, and programs that tamper.
'use strict';
const assert = require('node:assert');

const { subtle } = crypto;
const data = new Uint8Array([1, 2, 3]);
const aes = (usages = ['encrypt', 'decrypt'], extractable = true) => subtle.generateKey({ name: 'AES-GCM', length: 128 }, extractable, usages);
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const kShaOfData = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';
const isDomException = (name) => (error) => error instanceof DOMException && error.name === name;
const tests = [];
const test = (name, body) => tests.push([name, body]);

test('interfaces', () => {
  assert.strictEqual(crypto.subtle, subtle, 'one object');
  assert.strictEqual(Object.prototype.toString.call(subtle), '[object SubtleCrypto]');
  assert.throws(() => new SubtleCrypto(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  assert.throws(() => new CryptoKey(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  const lengths = {
    encrypt: 3, decrypt: 3, sign: 3, verify: 4, digest: 2, generateKey: 3, deriveKey: 5, deriveBits: 2, importKey: 5, exportKey: 2,
    wrapKey: 4, unwrapKey: 7,
  };
  for (const [name, length] of Object.entries(lengths)) {
    const descriptor = Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, name);
    assert.strictEqual(descriptor.enumerable, true, name);
    assert.strictEqual(descriptor.value.length, length, name);
  }
  assert.deepStrictEqual(Object.keys(CryptoKey.prototype), ['type', 'extractable', 'algorithm', 'usages']);
  for (const name of ['SubtleCrypto', 'CryptoKey']) assert.strictEqual(Object.getOwnPropertyDescriptor(globalThis, name).enumerable, false);
  assert.throws(() => Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle').get.call({}), { code: 'ERR_INVALID_THIS' });
  assert.throws(() => CryptoKey.prototype.type, { code: 'ERR_INVALID_THIS' });
});

test('a wrong receiver and missing arguments reject, and throw nothing', async () => {
  for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
    if (name === 'constructor') continue;
    await assert.rejects(subtle[name].call({}), { name: 'TypeError', code: 'ERR_INVALID_THIS' }, name);
    await assert.rejects(subtle[name](), { name: 'TypeError', code: 'ERR_MISSING_ARGS' }, name);
  }
  await assert.rejects(subtle.digest('SHA-1'), { message: "Failed to execute 'digest' on 'SubtleCrypto': 2 arguments required, but only 1 present." });
});

test('names of algorithms', async () => {
  for (const name of ['SHA-256', 'sha-256', 'Sha-256', { name: 'sHa-256' }, { toString() { return 'never'; }, name: { toString: () => 'SHA-256' } }])
    assert.strictEqual(hex(await subtle.digest(name, data)), kShaOfData);
  for (const name of ['SHA-2', '', 'AES-GCM', '\u017fha-256', 5, null, 'SHA256'])
    await assert.rejects(subtle.digest(name, data), isDomException('NotSupportedError'), String(name));
  await assert.rejects(subtle.digest({}, data), TypeError, 'name is required');
  await assert.rejects(subtle.digest({ name: Symbol('x') }, data), TypeError);
  await assert.rejects(subtle.digest(undefined, data), isDomException('NotSupportedError'), 'the text "undefined"');
  const thrown = new Error('mine');
  await assert.rejects(subtle.digest({ get name() { throw thrown; } }, data), (error) => error === thrown);
});

test('each member is read once, in order', async () => {
  const read = [];
  const watched = (members, path = '') => new Proxy(members, {
    get(target, key) {
      read.push(path + String(key));
      return target[key];
    },
  });
  const key = await aes();
  await subtle.encrypt(watched({ name: 'AES-GCM', iv: new Uint8Array(12), additionalData: data, tagLength: 96 }), key, data);
  assert.deepStrictEqual(read.splice(0), ['name', 'additionalData', 'iv', 'tagLength']);
  await subtle.importKey('raw', data, watched({ name: 'HMAC', length: 20, hash: watched({ name: 'SHA-1' }, 'hash.') }), false, ['sign']);
  assert.deepStrictEqual(read.splice(0), ['name', 'hash', 'length', 'hash.name']);
  const rsa = watched({ name: 'RSA-PSS', publicExponent: new Uint8Array([3]), modulusLength: 512, hash: 'SHA-1' });
  await subtle.generateKey(rsa, true, ['sign']);
  assert.deepStrictEqual(read.splice(0), ['name', 'modulusLength', 'publicExponent', 'hash']);
  const jwk = watched({ kty: 'oct', k: 'AAAA', alg: undefined });
  await subtle.importKey('jwk', jwk, watched({ name: 'HMAC', hash: 'SHA-1' }), false, ['sign']);
  assert.deepStrictEqual(read.splice(0), [
    'alg', 'crv', 'd', 'dp', 'dq', 'e', 'ext', 'k', 'key_ops', 'kty', 'n', 'oth', 'p', 'q', 'qi', 'use', 'x', 'y', 'name', 'hash', 'length',
  ]);
});

test('arguments are converted from left to right, before algorithms are looked at', async () => {
  const order = [];
  const algorithm = { get name() { order.push('name'); return 'HMAC'; }, get hash() { order.push('hash'); return 'SHA-1'; } };
  const usages = { *[Symbol.iterator]() { order.push('usages'); yield { toString() { order.push('usage'); return 'sign'; } }; } };
  const format = { toString() { order.push('format'); return 'raw'; } };
  await subtle.importKey(format, data, algorithm, 1, usages);
  assert.deepStrictEqual(order, ['format', 'usages', 'usage', 'name', 'hash']);
  order.length = 0;
  await assert.rejects(subtle.encrypt(algorithm, {}, data), TypeError);
  await assert.rejects(subtle.encrypt(algorithm, await aes(), 'text'), TypeError);
  await assert.rejects(subtle.importKey('rough', data, algorithm, true, []), TypeError);
  await assert.rejects(subtle.importKey('raw', data, algorithm, true, ['sing']), TypeError);
  await assert.rejects(subtle.importKey('raw', data, algorithm, true, 5), TypeError);
  await assert.rejects(subtle.importKey('raw', 5, algorithm, true, ['sign']), TypeError);
  assert.deepStrictEqual(order, [], 'no algorithm was looked at');
  await assert.rejects(subtle.importKey('raw', { kty: 'oct' }, algorithm, true, ['sign']), TypeError);
  await assert.rejects(subtle.importKey('jwk', data, algorithm, true, ['sign']), TypeError);
  assert.deepStrictEqual(order, ['name', 'hash', 'name', 'hash'], 'whether data fits the format comes after that');
});

test('numbers keep within their range', async () => {
  for (const length of [-1, 65536, NaN, Infinity, 'many', {}])
    await assert.rejects(subtle.generateKey({ name: 'AES-GCM', length }, true, ['encrypt']), TypeError, String(length));
  for (const length of [128.9, '128', [128], { valueOf: () => 128 }])
    assert.strictEqual((await subtle.generateKey({ name: 'AES-GCM', length }, true, ['encrypt'])).algorithm.length, 128);
  await assert.rejects(subtle.generateKey({ name: 'AES-GCM', length: 128n }, true, ['encrypt']), TypeError);
  await assert.rejects(subtle.generateKey({ name: 'AES-GCM', length: 129 }, true, ['encrypt']), isDomException('OperationError'));
  await assert.rejects(subtle.encrypt({ name: 'AES-CTR', counter: new Uint8Array(16), length: 256 }, await aes(), data), TypeError);
});

test('data of every kind, as it is when algorithms have been read', async () => {
  const buffer = new Uint8Array([9, 1, 2, 3, 9, 9, 9, 9]).buffer;
  for (const source of [data, data.buffer, new Uint8Array(buffer, 1, 3), new DataView(buffer, 1, 3), new Int8Array(buffer, 1, 3)])
    assert.strictEqual(hex(await subtle.digest('SHA-256', source)), kShaOfData);
  assert.strictEqual(hex(await subtle.digest('SHA-256', new Uint16Array(new Uint8Array([1, 2]).buffer))), hex(await subtle.digest('SHA-256', new Uint8Array([1, 2]))));
  const changed = new Uint8Array([0, 2, 3]);
  const promise = subtle.digest({ get name() { changed[0] = 1; return 'SHA-256'; } }, changed);
  changed[0] = 7;
  assert.strictEqual(hex(await promise), kShaOfData);
  const gone = new Uint8Array(3);
  const empty = subtle.digest({ get name() { gone.buffer.transfer(); return 'SHA-256'; } }, gone);
  assert.strictEqual(hex(await empty), hex(await subtle.digest('SHA-256', new Uint8Array(0))), 'nothing is left of it');
  const iv = new Uint8Array(12), key = await aes();
  const one = subtle.encrypt({ name: 'AES-GCM', iv }, key, data);
  iv.fill(1);
  assert.deepStrictEqual(await one, await subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, data));
  for (const bad of [[1, 2, 3], 'text', null, undefined, {}, new ArrayBuffer(1, { maxByteLength: 2 }), new Uint8Array(new ArrayBuffer(1, { maxByteLength: 2 }))])
    await assert.rejects(subtle.digest('SHA-256', bad), TypeError);
  if (typeof SharedArrayBuffer === 'function') {
    await assert.rejects(subtle.digest('SHA-256', new SharedArrayBuffer(3)), TypeError);
    await assert.rejects(subtle.digest('SHA-256', new Uint8Array(new SharedArrayBuffer(3))), TypeError);
  }
});

test('results are the program\'s own', async () => {
  const made = await subtle.digest('SHA-256', data);
  assert.strictEqual(Object.getPrototypeOf(made), ArrayBuffer.prototype);
  assert.strictEqual(structuredClone(made, { transfer: [made] }).byteLength, 32);
  assert.strictEqual(made.detached, true);
});

test('a promise is settled in a later turn, not at the next microtask', async () => {
  const order = [];
  const promise = subtle.digest('SHA-1', data).then(() => order.push('digest'));
  for (let at = Promise.resolve(), i = 0; i < 100; i++) at = at.then(() => order.push('microtask'));
  await promise;
  assert.strictEqual(order.indexOf('digest'), 100);
});

test('CryptoKey', async () => {
  const key = await aes(['decrypt', 'wrapKey', 'encrypt', 'decrypt']);
  assert.strictEqual(Object.prototype.toString.call(key), '[object CryptoKey]');
  assert.strictEqual(key.type, 'secret');
  assert.strictEqual(key.extractable, true);
  assert.deepStrictEqual(key.usages, ['encrypt', 'decrypt', 'wrapKey'], 'each once, in order');
  assert.deepStrictEqual(key.algorithm, { name: 'AES-GCM', length: 128 });
  assert.strictEqual(key.usages, key.usages, 'the same object');
  assert.strictEqual(key.algorithm, key.algorithm);
  assert.deepStrictEqual(Object.keys(key), []);
  key.algorithm.name = 'AES-CBC'; // which changes the object, not the key
  key.usages.length = 0;
  await subtle.encrypt({ name: 'AES-GCM', iv: data }, key, data);
  const inspected = require('node:util').inspect(await aes(['encrypt'], false));
  assert.strictEqual(inspected, "CryptoKey {\n  type: 'secret',\n  extractable: false,\n  algorithm: { name: 'AES-GCM', length: 128 },\n  usages: [ 'encrypt' ]\n}");
  const { publicKey, privateKey } = await subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 512, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' }, false, ['encrypt', 'unwrapKey']);
  assert.deepStrictEqual(publicKey.algorithm, { name: 'RSA-OAEP', modulusLength: 512, publicExponent: new Uint8Array([1, 0, 1]), hash: { name: 'SHA-1' } });
  assert.deepStrictEqual([publicKey.type, publicKey.extractable, publicKey.usages], ['public', true, ['encrypt']]);
  assert.deepStrictEqual([privateKey.type, privateKey.extractable, privateKey.usages], ['private', false, ['unwrapKey']]);
});

test('structuredClone copies a key, which then works as the first', async () => {
  const key = await aes(['encrypt', 'decrypt'], false);
  key.algorithm.name = 'changed';
  const [copy, same] = structuredClone([key, key]);
  assert.notStrictEqual(copy, key);
  assert.strictEqual(copy, same);
  assert.ok(copy instanceof CryptoKey);
  assert.deepStrictEqual([copy.type, copy.extractable, copy.algorithm, copy.usages], ['secret', false, { name: 'AES-GCM', length: 128 }, ['encrypt', 'decrypt']]);
  const algorithm = { name: 'AES-GCM', iv: data };
  assert.deepStrictEqual(await subtle.decrypt(algorithm, copy, await subtle.encrypt(algorithm, key, data)), data.buffer);
  assert.throws(() => structuredClone(subtle), { name: 'DataCloneError' });
});

test('what a program puts on prototypes changes nothing', async () => {
  let caught = ''; // a text: arrays are being tampered with
  const undo = [];
  const trap = (holder, key) => {
    const before = Object.getOwnPropertyDescriptor(holder, key);
    if (before !== undefined) Object.setPrototypeOf(before, null);
    undo.push(() => (before === undefined ? delete holder[key] : Object.defineProperty(holder, key, before)));
    return () => Object.defineProperty(holder, key, {
      __proto__: null,
      configurable: true,
      get() { caught += ` ${String(key)}`; return before?.value; },
      set(value) {
        caught += ` set ${String(key)}`;
        Object.defineProperty(this, key, { __proto__: null, value, writable: true, configurable: true, enumerable: true });
      },
    });
  };
  const members = ['key', 'key2', 'members', 'inputs', 'variant', 'number', 'number2', 'd', 'oth', 'crv', 'alg', 'use', 'length', 'hash', 'get', 'set', 'value'];
  const traps = [
    trap(Array.prototype, 0), trap(Array.prototype, 2), trap(Array.prototype, 'toJSON'), trap(Object.prototype, 'toJSON'),
    trap(Array.prototype, Symbol.iterator), trap(Object.getPrototypeOf(Uint8Array.prototype), 'set'), trap(String.prototype, 'charCodeAt'),
    trap(Promise.prototype, 'constructor'), trap(Promise, Symbol.species), trap(Promise.prototype, 'then'),
    ...members.map((name) => trap(Object.prototype, name)),
  ];
  const wrapping = await subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey', 'unwrapKey']);
  const { then } = Promise.prototype;
  const { apply } = Reflect;
  const outcomes = { __proto__: null };
  const steps = [
    () => subtle.digest('SHA-256', data),
    () => subtle.wrapKey('jwk', wrapping, wrapping, 'AES-KW'),
    () => subtle.importKey('jwk', outcomes[2], 'AES-KW', true, { [iterator]: () => ({ next: () => ({ done: true, value: undefined }) }) }),
  ];
  outcomes[2] = await subtle.exportKey('jwk', wrapping);
  const iterator = Symbol.iterator;
  for (let i = 0; i < steps.length; i++) {
    const finished = Promise.withResolvers();
    const react = [(value) => { outcomes[i] = value; finished.resolve(); }, (error) => { outcomes[i] = error; finished.resolve(); }];
    for (const set of traps) set();
    caught = '';
    const promise = steps[i]();
    // What follows is the program's own: its `constructor` and `species` are asked by the language.
    const during = caught;
    Object.defineProperty(promise, 'constructor', { __proto__: null, value: undefined });
    apply(then, promise, react);
    caught = '';
    await finished.promise; // whose constructor is asked, too
    const after = caught;
    for (const restore of undo) restore();
    assert.strictEqual(during, i === 2 ? during : '', `step ${i}`);
    assert.strictEqual(after.replaceAll(' constructor', '').replaceAll(' then', '').replaceAll(' Symbol(Symbol.species)', ''), '', `after step ${i}`);
  }
  assert.strictEqual(hex(outcomes[0]), kShaOfData);
  assert.ok(outcomes[1] instanceof ArrayBuffer, String(outcomes[1]));
  assert.strictEqual(outcomes[2].name, 'SyntaxError', 'no usages');
  const back = await subtle.unwrapKey('jwk', outcomes[1], wrapping, 'AES-KW', 'AES-KW', true, ['wrapKey', 'unwrapKey']);
  assert.deepStrictEqual(await subtle.exportKey('raw', back), await subtle.exportKey('raw', wrapping));
});

(async () => {
  for (const [name, body] of tests) {
    try {
      await body();
    } catch (error) {
      console.error(`failed: ${name}`);
      throw error;
    }
  }
})();
