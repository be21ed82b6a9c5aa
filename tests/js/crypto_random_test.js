// crypto and node:crypto: random numbers, UUIDs, and who may ask for them.
'use strict';
const assert = require('node:assert');
const nodeCrypto = require('node:crypto');

{ // attributes and interface
  const attribute = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
  assert.strictEqual(typeof attribute.get, 'function');
  assert.strictEqual(attribute.set, undefined);
  assert.strictEqual(attribute.enumerable, true);
  assert.throws(() => { globalThis.crypto = 1; }, TypeError);
  assert.throws(() => attribute.get.call({}), { name: 'TypeError', code: 'ERR_INVALID_THIS' });
  assert.strictEqual(crypto, nodeCrypto.webcrypto);
  assert.strictEqual(crypto instanceof Crypto, true);
  assert.strictEqual(Object.prototype.toString.call(crypto), '[object Crypto]');
  assert.strictEqual(Object.getOwnPropertyDescriptor(globalThis, 'Crypto').enumerable, false);
  assert.strictEqual(crypto.subtle, nodeCrypto.subtle);
  assert.throws(() => new Crypto(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR' });
  for (const stranger of [{}, Crypto.prototype, Object.create(crypto)]) {
    const expected = { name: 'TypeError', code: 'ERR_INVALID_THIS', message: 'Value of "this" must be of type Crypto' };
    assert.throws(() => crypto.getRandomValues.call(stranger, new Uint8Array(1)), expected);
    assert.throws(() => crypto.randomUUID.call(stranger), expected);
  }
  for (const name of ['getRandomValues', 'randomUUID']) {
    assert.strictEqual(Object.getOwnPropertyDescriptor(Crypto.prototype, name).enumerable, true);
  }
  assert.strictEqual(crypto.getRandomValues.length, 1);
}

{ // getRandomValues: every integer type, whole and in part
  const types = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array];
  for (const Type of types) {
    const array = new Type(64);
    assert.strictEqual(crypto.getRandomValues(array), array);
    assert.ok(new Set(array).size > 20, Type.name);
  }
  const buffer = new ArrayBuffer(64);
  nodeCrypto.getRandomValues(new Uint16Array(buffer, 16, 16));
  const bytes = new Uint8Array(buffer);
  assert.deepStrictEqual([...bytes.subarray(0, 16), ...bytes.subarray(48)], new Array(32).fill(0));
  assert.ok(new Set(bytes.subarray(16, 48)).size > 10);
  const large = crypto.getRandomValues(new Uint8Array(65536));
  const counts = new Array(256).fill(0);
  for (const byte of large) counts[byte]++;
  // 256 of each are expected; far outside of what chance does in the age of the universe.
  assert.ok(Math.min(...counts) > 100 && Math.max(...counts) < 450, `${Math.min(...counts)} to ${Math.max(...counts)}`);
  for (const part of [0, 16384, 32768, 49152, 65500]) assert.ok(large.subarray(part, part + 32).some((byte) => byte !== 0));
  assert.strictEqual(crypto.getRandomValues(new Uint8Array(0)).length, 0);
  const detached = new Uint8Array(8);
  detached.buffer.transfer();
  assert.strictEqual(crypto.getRandomValues(detached), detached);
  const resizable = new ArrayBuffer(4, { maxByteLength: 32 });
  const following = new Uint8Array(resizable);
  resizable.resize(32);
  assert.ok(new Set(crypto.getRandomValues(following)).size > 10);
  const sent = crypto.getRandomValues(new Uint8Array(4));
  assert.strictEqual(structuredClone(sent, { transfer: [sent.buffer] }).length, 4, 'what was filled can be transferred');
}

{ // what is refused
  const mismatch = { name: 'TypeMismatchError', code: 17, message: 'The data argument must be an integer-type TypedArray' };
  const others = [null, undefined, 1, {}, [], new ArrayBuffer(4), new DataView(new ArrayBuffer(4)), new Float32Array(1), new Float64Array(1)];
  if (typeof Float16Array === 'function') others.push(new Float16Array(1));
  for (const other of others) assert.throws(() => crypto.getRandomValues(other), mismatch);
  assert.throws(() => crypto.getRandomValues(), {
    name: 'TypeError', code: 'ERR_MISSING_ARGS',
    message: "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.",
  });
  for (const array of [new Uint8Array(65537), new Uint32Array(16385), new BigInt64Array(8193)]) {
    assert.throws(() => crypto.getRandomValues(array),
      { name: 'QuotaExceededError', code: 22, message: 'The requested length exceeds 65,536 bytes' });
    assert.ok(array.every((element) => element == 0), 'untouched');
  }
}

{ // UUIDs
  const seen = new Set();
  for (let i = 0; i < 1000; i++) {
    const uuid = i % 2 === 0 ? crypto.randomUUID() : nodeCrypto.randomUUID({ disableEntropyCache: true });
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    seen.add(uuid);
  }
  assert.strictEqual(seen.size, 1000);
  assert.throws(() => nodeCrypto.randomUUID(1), { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => nodeCrypto.randomUUID({ disableEntropyCache: 1 }), {
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "options.disableEntropyCache" property must be of type boolean. Received type number (1)',
  });
}
console.log('crypto_random: ok');
