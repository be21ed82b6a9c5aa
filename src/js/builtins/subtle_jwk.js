// JSON Web Keys as SubtleCrypto takes and gives them (RFC 7517): what all kinds of keys have in common.
'use strict';

const {
  ArrayPrototypeSlice, JSONParse, JSONStringify, ObjectDefineProperty, ObjectHasOwn, StringPrototypeCharCodeAt, StringPrototypePadEnd, Uint8Array,
  bareArray, isObject, safeArray,
} = primordials;
const { jsonWebKey, kJwkMembers } = require('subtle_idl');
const { domException } = require('subtle_jobs');
const { has } = require('subtle_key');

const dataError = (message) => domException(message, 'DataError');

/// `expected`: kty, use and alg, where undefined stands for any. Throws DataError.
function checkJwk(jwk, expected, extractable, usages) {
  if (jwk.kty !== expected.kty) throw dataError('Invalid JWK "kty" Parameter');
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== expected.use) throw dataError('Invalid JWK "use" Parameter');
  if (jwk.key_ops !== undefined) {
    for (let i = 0; i < jwk.key_ops.length; i++)
      for (let j = 0; j < i; j++) if (jwk.key_ops[i] === jwk.key_ops[j]) throw dataError('Duplicate key operation');
    for (let i = 0; i < usages.length; i++)
      if (!has(jwk.key_ops, usages[i])) throw dataError('Key operations and usage mismatch');
  }
  if (jwk.ext === false && extractable) throw dataError('JWK "ext" Parameter and extractable mismatch');
  if (expected.alg !== undefined && jwk.alg !== undefined && jwk.alg !== expected.alg)
    throw dataError('JWK "alg" does not match the requested algorithm');
}

/// Members of a key as a job takes them.
function membersOf(jwk, names) {
  const members = bareArray();
  for (let i = 0; i < names.length; i++) members[i] = jwk[names[i]];
  return members;
}

/// The object that a program gets. `given` has `kty` and what else the key has; `members` are values for `names`.
function exportedJwk(slots, given, names, members) {
  for (let i = 0; i < members.length; i++) if (members[i] !== '') given[names[i]] = members[i];
  const usages = safeArray();
  for (let i = 0; i < slots.usages.length; i++) usages.push(slots.usages[i]);
  given.key_ops = ArrayPrototypeSlice(usages);
  given.ext = slots.extractable;
  const jwk = {};
  for (let i = 0; i < kJwkMembers.length; i++) {
    const value = given[kJwkMembers[i]];
    if (value === undefined) continue;
    ObjectDefineProperty(jwk, kJwkMembers[i], { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  }
  return jwk;
}

/// As JSON, padded with spaces to a multiple of `unit` bytes.
function jwkBytes(jwk, unit) {
  const plain = { __proto__: null };
  for (let i = 0; i < kJwkMembers.length; i++) if (ObjectHasOwn(jwk, kJwkMembers[i])) plain[kJwkMembers[i]] = jwk[kJwkMembers[i]];
  // No `toJSON` of a program is found on either.
  const operations = bareArray();
  for (let i = 0; i < jwk.key_ops.length; i++) operations[i] = jwk.key_ops[i];
  plain.key_ops = operations;
  let text = JSONStringify(plain);
  const over = text.length % unit;
  if (over !== 0) text = StringPrototypePadEnd(text, text.length + unit - over);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = StringPrototypeCharCodeAt(text, i); // all ASCII
  return bytes;
}

/// What bytes say that were wrapped. Throws DataError.
function parseJwk(bytes) {
  let jwk;
  try {
    const parsed = JSONParse(native.utf8Decode(bytes, bytes.length));
    if (isObject(parsed)) jwk = jsonWebKey(parsed, 'JsonWebKey', true);
  } catch {
    // No JSON, or of other types: no key either way.
  }
  if (jwk === undefined || jwk.kty === undefined) throw dataError('Invalid wrapped JWK key');
  return jwk;
}

module.exports = { checkJwk, dataError, exportedJwk, jwkBytes, membersOf, parseJwk };
