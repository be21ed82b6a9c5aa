// Each algorithm of SubtleCrypto by vectors of its standard and by what it refuses. The mathematics is tested in src/js/crypto.
'use strict';
const assert = require('node:assert');

const { subtle } = crypto;
const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const utf8 = (text) => new TextEncoder().encode(text);
const rejects = (promise, name, why) => assert.rejects(promise, (error) => {
  if (name === 'TypeError') assert.ok(error instanceof TypeError, `${error} ${why}`);
  else assert.strictEqual(`${error instanceof DOMException} ${error.name}`, `true ${name}`, `${error.message} ${why}`);
  return true;
}, why);
const data = utf8('data');
const kExponent = new Uint8Array([1, 0, 1]);
const tests = [];
const test = (name, body) => tests.push([name, body]);

test('digest', async () => { // FIPS 180-4
  const expected = { 'SHA-1': 'a9993e36', 'SHA-256': 'ba7816bf', 'SHA-384': 'cb00753f', 'SHA-512': 'ddaf35a1' };
  for (const name of Object.keys(expected)) assert.strictEqual(hex(await subtle.digest(name, utf8('abc'))).slice(0, 8), expected[name]);
});

test('HMAC', async () => { // RFC 4231, case 2
  const key = await subtle.importKey('raw', utf8('Jefe'), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  assert.deepStrictEqual(key.algorithm, { name: 'HMAC', hash: { name: 'SHA-256' }, length: 32 });
  const made = await subtle.sign('HMAC', key, utf8('what do ya want for nothing?'));
  assert.strictEqual(hex(made), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  assert.strictEqual(await subtle.verify('HMAC', key, made, utf8('what do ya want for nothing?')), true);
  assert.strictEqual(await subtle.verify('HMAC', key, made.slice(1), utf8('what do ya want for nothing?')), false);
  assert.strictEqual(await subtle.verify('HMAC', key, made, data), false);
  assert.deepStrictEqual(await subtle.exportKey('jwk', key), { alg: 'HS256', ext: true, k: 'SmVmZQ', key_ops: ['sign', 'verify'], kty: 'oct' });
  for (const [hash, length] of [['SHA-1', 512], ['SHA-256', 512], ['SHA-384', 1024], ['SHA-512', 1024]])
    assert.strictEqual((await subtle.generateKey({ name: 'HMAC', hash }, true, ['sign'])).algorithm.length, length);
  const cut = await subtle.importKey('raw', new Uint8Array([0xff, 0xff]), { name: 'HMAC', hash: 'SHA-1', length: 11 }, true, ['sign']);
  assert.strictEqual(hex(await subtle.exportKey('raw', cut)), 'ffe0', 'bits that do not count are not kept');
  for (const length of [0, 8, 17]) await rejects(subtle.importKey('raw', new Uint8Array(2), { name: 'HMAC', hash: 'SHA-1', length }, true, ['sign']), 'DataError');
  await rejects(subtle.importKey('raw', new Uint8Array(0), { name: 'HMAC', hash: 'SHA-1' }, true, ['sign']), 'DataError');
  await rejects(subtle.generateKey({ name: 'HMAC', hash: 'SHA-1', length: 0 }, true, ['sign']), 'OperationError');
  await rejects(subtle.generateKey({ name: 'HMAC', hash: 'MD5' }, true, ['sign']), 'NotSupportedError');
  await rejects(subtle.generateKey({ name: 'HMAC' }, true, ['sign']), 'TypeError');
  await rejects(subtle.generateKey({ name: 'HMAC', hash: 'SHA-1' }, true, []), 'SyntaxError');
  await rejects(subtle.generateKey({ name: 'HMAC', hash: 'SHA-1' }, true, ['encrypt']), 'SyntaxError');
});

test('AES', async () => {
  const raw = unhex('2b7e151628aed2a6abf7158809cf4f3c'); // SP 800-38A, F
  const plain = unhex('6bc1bee22e409f96e93d7e117393172a');
  const import_ = (name) => subtle.importKey('raw', raw, name, true, name === 'AES-KW' ? ['wrapKey', 'unwrapKey'] : ['encrypt', 'decrypt']);
  const iv = unhex('000102030405060708090a0b0c0d0e0f'), counter = unhex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
  const cbc = await import_('AES-CBC'), ctr = await import_('AES-CTR'), gcm = await import_('AES-GCM');
  assert.strictEqual(hex(await subtle.encrypt({ name: 'AES-CBC', iv }, cbc, plain)).slice(0, 32), '7649abac8119b246cee98e9b12e9197d');
  assert.strictEqual(hex(await subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, ctr, plain)), '874d6191b620e3261bef6864990db6ce');
  for (const [algorithm, key] of [[{ name: 'AES-CBC', iv }, cbc], [{ name: 'AES-CTR', counter, length: 1 }, ctr], [{ name: 'AES-GCM', iv, tagLength: 32, additionalData: data }, gcm]])
    assert.strictEqual(hex(await subtle.decrypt(algorithm, key, await subtle.encrypt(algorithm, key, plain))), hex(plain));
  await rejects(subtle.encrypt({ name: 'AES-CBC', iv: data }, cbc, plain), 'OperationError');
  await rejects(subtle.decrypt({ name: 'AES-CBC', iv }, cbc, plain), 'OperationError', 'no padding');
  await rejects(subtle.encrypt({ name: 'AES-CTR', counter: data, length: 1 }, ctr, plain), 'OperationError');
  for (const length of [0, 129]) await rejects(subtle.encrypt({ name: 'AES-CTR', counter, length }, ctr, plain), 'OperationError');
  await rejects(subtle.encrypt({ name: 'AES-CTR', counter, length: 1 }, ctr, new Uint8Array(33)), 'OperationError', 'a counter of one bit counts two blocks');
  for (const tagLength of [0, 16, 33, 100, 136]) await rejects(subtle.encrypt({ name: 'AES-GCM', iv, tagLength }, gcm, plain), 'OperationError');
  await rejects(subtle.encrypt({ name: 'AES-GCM' }, gcm, plain), 'TypeError', 'without iv');
  await rejects(subtle.decrypt({ name: 'AES-GCM', iv }, gcm, new Uint8Array(15)), 'OperationError');
  await rejects(subtle.decrypt({ name: 'AES-GCM', iv }, gcm, new Uint8Array(40)), 'OperationError');
  await rejects(subtle.encrypt({ name: 'AES-CBC', iv }, gcm, plain), 'InvalidAccessError', 'a key of another algorithm');
  await rejects(subtle.encrypt({ name: 'AES-CBC', iv }, await subtle.importKey('raw', raw, 'AES-CBC', true, ['decrypt']), plain), 'InvalidAccessError');
  await rejects(subtle.encrypt({ name: 'AES-KW' }, await import_('AES-KW'), plain), 'NotSupportedError');
  for (const size of [0, 15, 20, 33]) await rejects(subtle.importKey('raw', new Uint8Array(size), 'AES-GCM', true, ['encrypt']), 'DataError');
  await rejects(subtle.importKey('spki', raw, 'AES-GCM', true, ['encrypt']), 'NotSupportedError');
  await rejects(subtle.importKey('raw', raw, 'AES-GCM', true, []), 'SyntaxError');
});

test('JSON Web Keys', async () => { // RFC 7517
  const k = 'K34VFiiu0qar9xWICc9PPA';
  const import_ = (jwk, extractable = true, usages = ['encrypt']) => subtle.importKey('jwk', jwk, 'AES-CBC', extractable, usages);
  assert.strictEqual(hex(await subtle.exportKey('raw', await import_({ kty: 'oct', k, alg: 'A128CBC', use: 'enc', ext: true, key_ops: ['decrypt', 'encrypt'] }))), '2b7e151628aed2a6abf7158809cf4f3c');
  for (const bad of [
    {}, { k }, { kty: 'RSA', k }, { kty: 'oct' }, { kty: 'oct', k: '' }, { kty: 'oct', k: `${k}==` }, { kty: 'oct', k: 'K34V' }, { kty: 'oct', k: k.replace('K', '!') },
    { kty: 'oct', k, alg: 'A128GCM' }, { kty: 'oct', k, alg: 'A256CBC' }, { kty: 'oct', k, use: 'sig' }, { kty: 'oct', k, ext: false },
    { kty: 'oct', k, key_ops: [] }, { kty: 'oct', k, key_ops: ['decrypt'] }, { kty: 'oct', k, key_ops: ['encrypt', 'encrypt'] },
  ]) await rejects(import_(bad), 'DataError', JSON.stringify(bad));
  await import_({ kty: 'oct', k, ext: false }, false);
  await rejects(import_({ kty: 'oct', k, key_ops: 5 }), 'TypeError');
  await rejects(import_({ kty: Symbol('oct'), k }), 'TypeError');
  await rejects(import_(null), 'DataError', 'an empty dictionary');
  // RFC 8037, appendix A.1 and A.2
  const ed = { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
  const key = await subtle.importKey('jwk', ed, 'Ed25519', true, ['sign']);
  assert.deepStrictEqual(await subtle.exportKey('jwk', key), { alg: 'Ed25519', crv: 'Ed25519', d: ed.d, ext: true, key_ops: ['sign'], kty: 'OKP', x: ed.x });
  await subtle.importKey('jwk', { ...ed, alg: 'EdDSA' }, 'Ed25519', true, ['sign']);
  await rejects(subtle.importKey('jwk', { ...ed, alg: 'ES256' }, 'Ed25519', true, ['sign']), 'DataError');
  await rejects(subtle.importKey('jwk', { ...ed, crv: 'X25519' }, 'Ed25519', true, ['sign']), 'DataError');
  await rejects(subtle.importKey('jwk', { ...ed, x: ed.d }, 'Ed25519', true, ['sign']), 'DataError', 'd and x do not belong together');
  await rejects(subtle.importKey('jwk', ed, 'Ed25519', true, ['verify']), 'SyntaxError');
  await rejects(subtle.importKey('jwk', { ...ed, d: undefined }, 'Ed25519', true, ['sign']), 'SyntaxError');
});

const kSigning = [
  { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: kExponent, hash: 'SHA-256' },
  { name: 'RSA-PSS', modulusLength: 1024, publicExponent: kExponent, hash: 'SHA-1', saltLength: 11 },
  { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }, { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-384' },
  { name: 'Ed25519' }, { name: 'Ed448' },
];

test('signatures, and keys in every form', async () => {
  for (const algorithm of kSigning) {
    const what = JSON.stringify(algorithm);
    const { publicKey, privateKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const made = await subtle.sign(algorithm, privateKey, data);
    const forms = algorithm.name.startsWith('RSA') ? ['spki', 'jwk'] : ['spki', 'jwk', 'raw'];
    for (const form of forms) {
      const key = await subtle.importKey(form, await subtle.exportKey(form, publicKey), algorithm, true, ['verify']);
      assert.deepStrictEqual([key.type, key.algorithm], ['public', publicKey.algorithm], what);
      assert.strictEqual(await subtle.verify(algorithm, key, made, data), true, what);
      assert.strictEqual(await subtle.verify(algorithm, key, made, utf8('date')), false, what);
    }
    for (const form of ['pkcs8', 'jwk']) {
      const key = await subtle.importKey(form, await subtle.exportKey(form, privateKey), algorithm, true, ['sign']);
      assert.deepStrictEqual([key.type, key.algorithm], ['private', privateKey.algorithm], what);
      assert.strictEqual(await subtle.verify(algorithm, publicKey, await subtle.sign(algorithm, key, data), data), true, what);
    }
    await rejects(subtle.exportKey('pkcs8', publicKey), 'InvalidAccessError', what);
    await rejects(subtle.exportKey('spki', privateKey), 'InvalidAccessError', what);
    await rejects(subtle.sign(algorithm, publicKey, data), 'InvalidAccessError', what);
    await rejects(subtle.verify(algorithm, privateKey, made, data), 'InvalidAccessError', what);
    const spki = await subtle.exportKey('spki', publicKey);
    await rejects(subtle.importKey('spki', spki.slice(1), algorithm, true, ['verify']), 'DataError', what);
    await rejects(subtle.importKey('spki', spki, algorithm, true, ['sign']), 'SyntaxError', what);
    await rejects(subtle.generateKey(algorithm, true, ['encrypt']), 'SyntaxError', what);
    await rejects(subtle.generateKey(algorithm, true, ['verify']), 'SyntaxError', 'a private key without use');
    assert.strictEqual((await subtle.importKey('spki', spki, algorithm, false, [])).usages.length, 0, 'a public key may have none');
    await rejects(subtle.exportKey('spki', await subtle.importKey('spki', spki, algorithm, false, [])), 'InvalidAccessError', what);
    if (algorithm.name.startsWith('RSA')) await rejects(subtle.exportKey('raw', publicKey), 'NotSupportedError', what);
  }
});

test('RSA', async () => {
  const base = { name: 'RSA-OAEP', modulusLength: 1024, publicExponent: kExponent, hash: 'SHA-256' };
  const { publicKey, privateKey } = await subtle.generateKey(base, true, ['encrypt', 'decrypt']);
  const algorithm = { name: 'RSA-OAEP', label: data };
  const made = await subtle.encrypt(algorithm, publicKey, data);
  assert.strictEqual(hex(await subtle.decrypt(algorithm, privateKey, made)), hex(data));
  await rejects(subtle.decrypt('RSA-OAEP', privateKey, made), 'OperationError', 'without its label');
  await rejects(subtle.encrypt(algorithm, publicKey, new Uint8Array(63)), 'OperationError', 'too long');
  for (const publicExponent of [new Uint8Array(0), new Uint8Array([1]), new Uint8Array([4]), new Uint8Array(9).fill(1)])
    await rejects(subtle.generateKey({ ...base, publicExponent }, true, ['encrypt', 'decrypt']), 'OperationError', `exponent ${publicExponent}`);
  for (const modulusLength of [0, 511, 16385]) await rejects(subtle.generateKey({ ...base, modulusLength }, true, ['decrypt']), 'OperationError', `${modulusLength} bits`);
  await rejects(subtle.generateKey({ ...base, publicExponent: [1, 0, 1] }, true, ['decrypt']), 'TypeError');
  const jwk = await subtle.exportKey('jwk', privateKey);
  assert.deepStrictEqual(Object.keys(jwk), ['alg', 'd', 'dp', 'dq', 'e', 'ext', 'key_ops', 'kty', 'n', 'p', 'q', 'qi']);
  assert.strictEqual(jwk.alg, 'RSA-OAEP-256');
  const import_ = (changes) => subtle.importKey('jwk', { ...jwk, ...changes }, base, true, ['decrypt']);
  await import_({});
  for (const changes of [{ p: undefined }, { qi: undefined }, { e: undefined }, { n: 'AQAB' }, { p: jwk.q }, { dp: jwk.dq }, { alg: 'RSA-OAEP' }, { kty: 'EC' }, { d: 'AQAB' }])
    await rejects(import_(changes), 'DataError', JSON.stringify(changes));
  await rejects(import_({ oth: [] }), 'NotSupportedError');
});

test('agreement', async () => {
  for (const algorithm of [{ name: 'ECDH', namedCurve: 'P-256' }, { name: 'ECDH', namedCurve: 'P-521' }, { name: 'X25519' }, { name: 'X448' }]) {
    const what = JSON.stringify(algorithm);
    const one = await subtle.generateKey(algorithm, true, ['deriveBits', 'deriveKey']), two = await subtle.generateKey(algorithm, false, ['deriveBits']);
    const derive = (mine, theirs, length) => subtle.deriveBits({ name: algorithm.name, public: theirs }, mine, length);
    const all = hex(await derive(one.privateKey, two.publicKey));
    assert.strictEqual(hex(await derive(two.privateKey, one.publicKey, null)), all, what);
    assert.strictEqual(hex(await derive(two.privateKey, one.publicKey, 0)), '', what);
    assert.strictEqual(hex(await derive(two.privateKey, one.publicKey, 128)), all.slice(0, 32), what);
    const cut = new Uint8Array(await derive(two.privateKey, one.publicKey, 12));
    assert.deepStrictEqual([cut.length, cut[1] & 15, cut[1] >> 4], [2, 0, parseInt(all[2], 16)], what);
    await rejects(derive(one.privateKey, two.publicKey, all.length * 4 + 8), 'OperationError', what);
    await rejects(derive(one.privateKey, two.privateKey), 'InvalidAccessError', what);
    await rejects(derive(one.publicKey, two.publicKey), 'InvalidAccessError', what);
    await rejects(derive(one.privateKey, {}), 'TypeError', what);
    const other = await subtle.generateKey(algorithm.name === 'X25519' ? 'X448' : { name: 'ECDH', namedCurve: 'P-384' }, true, ['deriveBits']);
    await rejects(derive(one.privateKey, other.publicKey), 'InvalidAccessError', what);
    const key = await subtle.deriveKey({ name: algorithm.name, public: two.publicKey }, one.privateKey, { name: 'AES-GCM', length: 256 }, true, ['encrypt']);
    assert.strictEqual(hex(await subtle.exportKey('raw', key)), all.slice(0, 64), what);
    await rejects(subtle.deriveKey({ name: algorithm.name, public: one.publicKey }, two.privateKey, { name: 'AES-GCM', length: 256 }, true, ['encrypt']), 'InvalidAccessError', 'no deriveKey');
  }
  const small = await subtle.importKey('raw', new Uint8Array(32), 'X25519', true, []);
  const { privateKey } = await subtle.generateKey('X25519', false, ['deriveBits']);
  await rejects(subtle.deriveBits({ name: 'X25519', public: small }, privateKey, null), 'OperationError', 'zeros only');
  await rejects(subtle.generateKey({ name: 'ECDH', namedCurve: 'P-257' }, true, ['deriveBits']), 'NotSupportedError');
});

test('HKDF and PBKDF2', async () => {
  const hkdf = await subtle.importKey('raw', new Uint8Array(22).fill(0x0b), 'HKDF', false, ['deriveBits', 'deriveKey']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: unhex('000102030405060708090a0b0c'), info: unhex('f0f1f2f3f4f5f6f7f8f9') };
  assert.strictEqual(hex(await subtle.deriveBits(algorithm, hkdf, 336)), '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865', 'RFC 5869, A.1');
  const pbkdf2 = await subtle.importKey('raw', utf8('password'), 'PBKDF2', false, ['deriveBits', 'deriveKey']);
  const slow = { name: 'PBKDF2', hash: 'SHA-1', salt: utf8('salt'), iterations: 2 };
  assert.strictEqual(hex(await subtle.deriveBits(slow, pbkdf2, 160)), 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957', 'RFC 6070');
  for (const [given, key] of [[algorithm, hkdf], [slow, pbkdf2]]) {
    assert.strictEqual((await subtle.deriveBits(given, key, 0)).byteLength, 0);
    await rejects(subtle.deriveBits(given, key), 'OperationError', 'no length');
    await rejects(subtle.deriveBits(given, key, 12), 'OperationError');
    const hmac = await subtle.deriveKey(given, key, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
    assert.deepStrictEqual([hmac.algorithm.length, hex(await subtle.exportKey('raw', hmac))], [512, hex(await subtle.deriveBits(given, key, 512))]);
    await rejects(subtle.deriveKey(given, key, { name: 'HMAC', hash: 'SHA-256', length: 0 }, true, ['sign']), 'TypeError');
    await rejects(subtle.deriveKey(given, key, { name: 'AES-GCM', length: 100 }, true, ['encrypt']), 'OperationError');
    await rejects(subtle.deriveKey(given, key, 'HKDF', false, ['deriveBits']), 'OperationError', 'it has no length');
    await rejects(subtle.deriveKey(given, key, { name: 'AES-GCM', length: 128 }, true, []), 'SyntaxError');
    await rejects(subtle.exportKey('raw', key), 'NotSupportedError');
  }
  await rejects(subtle.deriveBits(algorithm, hkdf, 256 * 255 + 8), 'OperationError');
  await rejects(subtle.deriveBits({ ...slow, iterations: 0 }, pbkdf2, 8), 'OperationError');
  await rejects(subtle.importKey('raw', data, 'HKDF', true, ['deriveBits']), 'SyntaxError', 'extractable');
  await rejects(subtle.importKey('jwk', { kty: 'oct', k: 'AAAA' }, 'PBKDF2', false, ['deriveBits']), 'NotSupportedError');
  await rejects(subtle.importKey('raw', data, 'PBKDF2', false, ['sign']), 'SyntaxError');
});

test('wrapping', async () => {
  const kw = await subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey', 'unwrapKey']);
  const gcm = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['wrapKey', 'unwrapKey']);
  const oaep = await subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 1024, publicExponent: kExponent, hash: 'SHA-1' }, true, ['wrapKey', 'unwrapKey']);
  const key = await subtle.generateKey({ name: 'AES-CBC', length: 256 }, true, ['encrypt', 'decrypt']);
  const raw = hex(await subtle.exportKey('raw', key));
  const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
  for (const [format, wrapping, unwrapping, how] of [
    ['raw', kw, kw, 'AES-KW'], ['jwk', kw, kw, 'AES-KW'], ['raw', gcm, gcm, algorithm], ['jwk', gcm, gcm, algorithm], ['raw', oaep.publicKey, oaep.privateKey, 'RSA-OAEP'],
  ]) {
    const wrapped = await subtle.wrapKey(format, key, wrapping, how);
    const back = await subtle.unwrapKey(format, wrapped, unwrapping, how, 'AES-CBC', true, ['encrypt']);
    assert.strictEqual(hex(await subtle.exportKey('raw', back)), raw);
    assert.deepStrictEqual(back.usages, ['encrypt']);
    await rejects(subtle.unwrapKey(format, wrapped, unwrapping, how, 'AES-CBC', true, []), 'SyntaxError');
    await rejects(subtle.unwrapKey(format, wrapped.slice(8), unwrapping, how, 'AES-CBC', true, ['encrypt']), 'OperationError');
  }
  await rejects(subtle.wrapKey('raw', await subtle.generateKey({ name: 'AES-CBC', length: 128 }, false, ['encrypt']), kw, 'AES-KW'), 'InvalidAccessError');
  await rejects(subtle.wrapKey('raw', key, key, { name: 'AES-CBC', iv: new Uint8Array(16) }), 'InvalidAccessError', 'no wrapKey');
  await rejects(subtle.wrapKey('raw', key, kw, 'HMAC'), 'NotSupportedError');
  await rejects(subtle.wrapKey('raw', key, kw, algorithm), 'InvalidAccessError');
  await rejects(subtle.wrapKey('spki', key, kw, 'AES-KW'), 'NotSupportedError');
  const both = await subtle.importKey('raw', await subtle.exportKey('raw', gcm), 'AES-GCM', false, ['encrypt', 'unwrapKey']);
  for (const text of ['', '{', '5', 'null', '[]', '{"k":"AAAA"}', '{"kty":"oct"}', '{"kty":"oct","k":"AAAA"}', '{"kty":"oct","k":5}', '{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAA","key_ops":5}', '\u00ff'])
    await rejects(subtle.unwrapKey('jwk', await subtle.encrypt(algorithm, both, utf8(text)), both, algorithm, 'AES-CBC', true, ['encrypt']), 'DataError', text);
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
