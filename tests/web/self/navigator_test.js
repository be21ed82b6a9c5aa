// navigator: its attributes, who may ask, how it is shown. The shape of the interface is in interfaces_test.js.
'use strict';
const assert = require('node:assert');
const util = require('node:util');

assert.ok(navigator instanceof Navigator);
assert.strictEqual(navigator, globalThis.navigator);
assert.strictEqual(navigator.userAgent, `Millrace/${process.versions.millrace}`);
assert.match(navigator.platform, /^Linux \w+$/);
assert.ok(Number.isInteger(navigator.hardwareConcurrency) && navigator.hardwareConcurrency >= 1);
assert.strictEqual(navigator.hardwareConcurrency, navigator.hardwareConcurrency);
assert.match(navigator.language, /^[a-z]{2,3}(-[A-Za-z\d]+)*$/);
assert.strictEqual(Intl.getCanonicalLocales(navigator.language)[0], navigator.language);
assert.deepStrictEqual([...navigator.languages], [navigator.language]);
assert.strictEqual(navigator.languages, navigator.languages);
assert.throws(() => { navigator.languages.push('xx'); }, TypeError);

const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
assert.strictEqual(descriptor.set, undefined);
assert.throws(() => { globalThis.navigator = 1; }, TypeError);
assert.throws(() => descriptor.get.call({}), { name: 'TypeError', code: 'ERR_INVALID_THIS' });
assert.throws(() => new Navigator(), { name: 'TypeError', code: 'ERR_ILLEGAL_CONSTRUCTOR' });
for (const key of ['hardwareConcurrency', 'language', 'languages', 'platform', 'userAgent']) {
  const { get, set, enumerable } = Object.getOwnPropertyDescriptor(Navigator.prototype, key);
  assert.strictEqual(set, undefined);
  assert.ok(enumerable);
  for (const stranger of [{}, Navigator.prototype, Object.create(navigator), undefined]) assert.throws(() => get.call(stranger), TypeError);
  assert.throws(() => { navigator[key] = 1; }, TypeError);
}
assert.throws(() => structuredClone(navigator), { name: 'DataCloneError' });
assert.match(util.inspect(navigator), /^Navigator \{\n  hardwareConcurrency: \d+,\n  language: '/);

// What it gives does not depend on what a program made of its prototype.
const before = navigator.languages;
Object.defineProperty(Navigator.prototype, 'language', { get() { return 'xx'; } });
assert.strictEqual(navigator.languages, before);
console.log('navigator: ok');
