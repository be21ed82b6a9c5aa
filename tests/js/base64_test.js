// atob() and btoa(): known answers, a second implementation on random input, and what is refused.
'use strict';
const assert = require('node:assert');

for (const name of ['atob', 'btoa']) {
  assert.strictEqual(typeof globalThis[name], 'function');
  assert.deepStrictEqual({ ...Object.getOwnPropertyDescriptor(globalThis, name) },
    { value: globalThis[name], writable: true, enumerable: true, configurable: true });
  assert.strictEqual(globalThis[name].length, 1);
  assert.strictEqual(globalThis[name].name, name);
  assert.throws(() => globalThis[name](), { name: 'TypeError', code: 'ERR_MISSING_ARGS', message: 'The "input" argument must be specified' });
  assert.throws(() => globalThis[name](Symbol('s')), TypeError);
}

// RFC 4648, section 10, and more.
for (const [text, encoded] of [
  ['', ''], ['f', 'Zg=='], ['fo', 'Zm8='], ['foo', 'Zm9v'], ['foob', 'Zm9vYg=='], ['fooba', 'Zm9vYmE='], ['foobar', 'Zm9vYmFy'],
  ['\0', 'AA=='], ['\xff\xfe', '//4='], ['\xfb\xef\xbe', '++++'], ['é', '6Q=='], [null, 'bnVsbA=='], [undefined, 'dW5kZWZpbmVk'],
  [12.5, 'MTIuNQ=='], [true, 'dHJ1ZQ=='],
]) {
  assert.strictEqual(btoa(text), encoded);
  assert.strictEqual(atob(encoded), `${text}`);
}
assert.strictEqual(atob(null), '\x9e\xe9\x65');
assert.strictEqual(btoa({ toString: () => 'foo' }), 'Zm9v');
const thrown = new Error('from toString');
assert.throws(() => btoa({ toString() { throw thrown; } }), (error) => error === thrown);

const invalid = (message) => (error) => {
  assert.strictEqual(error.name, 'InvalidCharacterError');
  assert.strictEqual(error.code, 5);
  assert.strictEqual(error.message, message);
  assert.strictEqual(error.constructor.name, 'DOMException');
  return true;
};

// Forgiving: whitespace anywhere, padding or none, bits left over.
for (const [encoded, text] of [
  ['Zm9v\n', 'foo'], [' \t\n\f\rZ m 9 v', 'foo'], ['Zg', 'f'], ['Zm8', 'fo'], ['Zg= =', 'f'], ['Zh==', 'f'], ['Zm9=', 'fo'], ['  ', ''],
]) assert.strictEqual(atob(encoded), text, JSON.stringify(encoded));

for (const encoded of ['=', '==', '===', '====', 'Zg=', 'Zm8==', 'Zm9v=', 'Zm9v==', 'Z=g=', 'Zg==Zg==', 'Zm9v\v', 'Zm9v\0', 'Zm9-', 'Zm_v',
  'Zm9v\u00a0', 'Zm9v\u0100', '\ud800', 'Z===', '*']) {
  assert.throws(() => atob(encoded), invalid('Invalid character'), JSON.stringify(encoded));
}
for (const encoded of ['Z', 'Zm9vY', ' Z ']) {
  assert.throws(() => atob(encoded), invalid('The string to be decoded is not correctly encoded.'), encoded);
}
for (const text of ['\u0100', 'a\u20ac', '\ud83d\ude00', '\uffff']) assert.throws(() => btoa(text), invalid('Invalid character'));

// Against a second implementation, on bytes of every value, as whole strings and as strings put together from parts.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
function slowly(bytes) {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  let text = '';
  for (let i = 0; i < bits.length; i += 6) text += alphabet[parseInt(bits.slice(i, i + 6).padEnd(6, '0'), 2)];
  return text + '='.repeat((4 - (text.length % 4)) % 4);
}
let seed = 7;
const random = (n) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
for (let length = 0; length < 300; length++) {
  const bytes = Array.from({ length }, () => random(256));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const encoded = btoa(text);
  assert.strictEqual(encoded, slowly(bytes));
  assert.strictEqual(atob(encoded), text);
  assert.strictEqual(atob(encoded.replace(/=/g, '')), text);
  assert.strictEqual(atob(encoded.replace(/.{5}/g, '$& \n')), text);
  // Kept in 16 bits per character, though each fits into 8.
  assert.strictEqual(btoa(`\u20ac${text}`.slice(1)), encoded);
  assert.strictEqual(atob(`\u20ac${encoded}`.slice(1)), text);
}

// Longer than any buffer of ours.
const long = 'millrace\xff'.repeat(100_000);
assert.strictEqual(atob(btoa(long)), long);
assert.strictEqual(btoa(long).length, Math.ceil(long.length / 3) * 4);
console.log('base64: ok');
