// SubtleCrypto: https://w3c.github.io/webcrypto/#subtlecrypto-interface
// Every method converts its arguments, normalizes algorithms, copies data and checks keys at the call, in the standard's order; what is left
// happens on a thread of the runtime's, and the promise is settled from the loop.
'use strict';

const { PromiseWithResolvers, TypeError, TypedArrayPrototypeFill, Uint8Array } = primordials;
const { ConversionError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, coded } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { bufferSource, isBufferSource, jsonWebKey, keyFormat, keyUsages, viewOf, wrappedLong } = require('subtle_idl');
const { bufferOf, domException, run } = require('subtle_jobs');
const { jwkBytes, parseJwk } = require('subtle_jwk');
const { cryptoKey, has, slotsOf } = require('subtle_key');
const { identifier, normalize, normalizeEither } = require('subtle_normalize');
const { defineInterface } = require('web_interface');

const { algorithms: secretAlgorithms } = require('subtle_secret');
const { algorithms: pairAlgorithms } = require('subtle_pairs');
const algorithmOf = (name) => secretAlgorithms[name] ?? pairAlgorithms[name];

const MissingArgs = coded(TypeError, 'ERR_MISSING_ARGS', (method, required, given) =>
  `Failed to execute '${method}' on 'SubtleCrypto': ${required} argument${required === 1 ? '' : 's'} required, but only ${given} present.`);

let isSubtle;

/// The promise of a method; body(resolve, reject) does its work, and what it throws rejects.
function promised(self, method, required, given, body) {
  const { promise, resolve, reject } = PromiseWithResolvers();
  try {
    if (!isSubtle(self)) throw new ERR_INVALID_THIS('SubtleCrypto');
    if (given < required) throw new MissingArgs(method, required, given);
    body(resolve, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}

const at = (method, position) => `Failed to execute '${method}' on 'SubtleCrypto': ${position} argument`;

/// The slots of `key`, which must be of this algorithm and may be used so.
function usable(key, algorithm, usage) {
  const slots = slotsOf(key);
  if (slots.algorithm.name !== algorithm.name) throw domException('Key algorithm mismatch', 'InvalidAccessError');
  if (!has(slots.usages, usage)) throw domException(`Unable to use this key to ${usage}`, 'InvalidAccessError');
  return slots;
}

/// The slots of `key`, whose material may leave.
function exportable(key) {
  const slots = slotsOf(key);
  if (algorithmOf(slots.algorithm.name).exportKey === undefined)
    throw domException(`${slots.algorithm.name} key export is not supported`, 'NotSupportedError');
  if (!slots.extractable) throw domException('key is not extractable', 'InvalidAccessError');
  return slots;
}

/// next(key) with an imported key, which must be of some use, unless it is public.
function importKey(algorithm, format, data, extractable, usages, reject, next) {
  algorithmOf(algorithm.name).importKey(format, data, algorithm, extractable, usages, reject, (key) => {
    requireUsages(key, usages);
    next(key);
  });
}

/// What use(bytes) has copied into a job is a secret that no program sees: nothing of it stays here.
function wiping(bytes, use) {
  try {
    use(bytes);
  } finally {
    TypedArrayPrototypeFill(bytes, 0);
  }
}

function requireUsages(key, usages) {
  if (slotsOf(key).type !== 'public' && usages.length === 0)
    throw domException('Usages cannot be empty when creating a key of this type', 'SyntaxError');
}

/// (algorithm, key, data) for encrypt() and decrypt().
function crypt(self, method, args) {
  return promised(self, method, 3, args.length, (resolve, reject) => {
    const given = identifier(args[0], at(method, '1st'));
    const key = cryptoKey(args[1], at(method, '2nd'));
    const data = bufferSource(args[2], at(method, '3rd'));
    const algorithm = normalize(given, method);
    const slots = usable(key, algorithm, method);
    algorithmOf(algorithm.name)[method](algorithm, slots, viewOf(data), reject, resolve);
  });
}

const creating = {};

class SubtleCrypto {
  #brand;

  static {
    isSubtle = (value) => typeof value === 'object' && value !== null && #brand in value;
  }

  constructor(key = undefined) {
    if (key !== creating) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  encrypt(algorithm, key, data) { return crypt(this, 'encrypt', arguments); }
  decrypt(algorithm, key, data) { return crypt(this, 'decrypt', arguments); }

  sign(algorithm, key, data) {
    return promised(this, 'sign', 3, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('sign', '1st'));
      cryptoKey(key, at('sign', '2nd'));
      bufferSource(data, at('sign', '3rd'));
      const normalized = normalize(given, 'sign');
      const slots = usable(key, normalized, 'sign');
      algorithmOf(normalized.name).sign(normalized, slots, viewOf(data), reject, resolve);
    });
  }

  verify(algorithm, key, signature, data) {
    return promised(this, 'verify', 4, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('verify', '1st'));
      cryptoKey(key, at('verify', '2nd'));
      bufferSource(signature, at('verify', '3rd'));
      bufferSource(data, at('verify', '4th'));
      const normalized = normalize(given, 'verify');
      const slots = usable(key, normalized, 'verify');
      algorithmOf(normalized.name).verify(normalized, slots, viewOf(signature), viewOf(data), reject, resolve);
    });
  }

  digest(algorithm, data) {
    return promised(this, 'digest', 2, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('digest', '1st'));
      bufferSource(data, at('digest', '2nd'));
      const { name } = normalize(given, 'digest');
      run('digest', { __proto__: null, variant: name, inputs: [viewOf(data)] }, reject, (job) => resolve(bufferOf(job)));
    });
  }

  generateKey(algorithm, extractable, keyUsages_) {
    return promised(this, 'generateKey', 3, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('generateKey', '1st'));
      const usages = keyUsages(keyUsages_, at('generateKey', '3rd'));
      const normalized = normalize(given, 'generateKey');
      algorithmOf(normalized.name).generateKey(normalized, !!extractable, usages, reject, (result) => {
        const key = slotsOf(result) === undefined ? result.privateKey : result;
        requireUsages(key, slotsOf(key).usages);
        resolve(result);
      });
    });
  }

  deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages_) {
    return promised(this, 'deriveKey', 5, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('deriveKey', '1st'));
      cryptoKey(baseKey, at('deriveKey', '2nd'));
      const derived = identifier(derivedKeyType, at('deriveKey', '3rd'));
      const usages = keyUsages(keyUsages_, at('deriveKey', '5th'));
      const normalized = normalize(given, 'deriveBits');
      const toImport = normalize(derived, 'importKey');
      const toMeasure = normalize(derived, 'get key length');
      const slots = usable(baseKey, normalized, 'deriveKey');
      const length = algorithmOf(toMeasure.name).getKeyLength(toMeasure);
      algorithmOf(normalized.name).deriveBits(normalized, slots, length, reject, (secret) =>
        wiping(new Uint8Array(secret), (bytes) => importKey(toImport, 'raw', bytes, !!extractable, usages, reject, resolve)));
    });
  }

  deriveBits(algorithm, baseKey, length = null) {
    return promised(this, 'deriveBits', 2, arguments.length, (resolve, reject) => {
      const given = identifier(algorithm, at('deriveBits', '1st'));
      cryptoKey(baseKey, at('deriveBits', '2nd'));
      const bits = length === null ? null : wrappedLong(length);
      const normalized = normalize(given, 'deriveBits');
      const slots = usable(baseKey, normalized, 'deriveBits');
      algorithmOf(normalized.name).deriveBits(normalized, slots, bits, reject, resolve);
    });
  }

  importKey(format, keyData, algorithm, extractable, keyUsages_) {
    return promised(this, 'importKey', 5, arguments.length, (resolve, reject) => {
      const form = keyFormat(format, at('importKey', '1st'));
      const isBuffer = isBufferSource(keyData);
      const data = isBuffer ? bufferSource(keyData, at('importKey', '2nd')) : jsonWebKey(keyData, at('importKey', '2nd'));
      const given = identifier(algorithm, at('importKey', '3rd'));
      const usages = keyUsages(keyUsages_, at('importKey', '5th'));
      const normalized = normalize(given, 'importKey');
      if (isBuffer === (form === 'jwk')) throw new ConversionError(`${at('importKey', '2nd')} does not fit the format ${form}.`);
      importKey(normalized, form, isBuffer ? viewOf(data) : data, !!extractable, usages, reject, resolve);
    });
  }

  exportKey(format, key) {
    return promised(this, 'exportKey', 2, arguments.length, (resolve, reject) => {
      const form = keyFormat(format, at('exportKey', '1st'));
      cryptoKey(key, at('exportKey', '2nd'));
      const slots = exportable(key);
      algorithmOf(slots.algorithm.name).exportKey(form, slots, reject, resolve);
    });
  }

  wrapKey(format, key, wrappingKey, wrapAlgorithm) {
    return promised(this, 'wrapKey', 4, arguments.length, (resolve, reject) => {
      const form = keyFormat(format, at('wrapKey', '1st'));
      cryptoKey(key, at('wrapKey', '2nd'));
      cryptoKey(wrappingKey, at('wrapKey', '3rd'));
      const normalized = normalizeEither(identifier(wrapAlgorithm, at('wrapKey', '4th')), 'wrapKey', 'encrypt');
      const wrapping = usable(wrappingKey, normalized, 'wrapKey');
      const slots = exportable(key);
      const algorithm = algorithmOf(normalized.name);
      algorithmOf(slots.algorithm.name).exportKey(form, slots, reject, (exported) => {
        // AES-KW takes whole pieces of eight bytes only, and spaces change nothing in JSON.
        wiping(form === 'jwk' ? jwkBytes(exported, normalized.name === 'AES-KW' ? 8 : 1) : new Uint8Array(exported), (bytes) =>
          (algorithm.wrapKey ?? algorithm.encrypt)(normalized, wrapping, bytes, reject, resolve));
      });
    });
  }

  unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages_) {
    return promised(this, 'unwrapKey', 7, arguments.length, (resolve, reject) => {
      const form = keyFormat(format, at('unwrapKey', '1st'));
      bufferSource(wrappedKey, at('unwrapKey', '2nd'));
      cryptoKey(unwrappingKey, at('unwrapKey', '3rd'));
      const given = identifier(unwrapAlgorithm, at('unwrapKey', '4th'));
      const givenKey = identifier(unwrappedKeyAlgorithm, at('unwrapKey', '5th'));
      const usages = keyUsages(keyUsages_, at('unwrapKey', '7th'));
      const normalized = normalizeEither(given, 'unwrapKey', 'decrypt');
      const keyAlgorithm = normalize(givenKey, 'importKey');
      const slots = usable(unwrappingKey, normalized, 'unwrapKey');
      const algorithm = algorithmOf(normalized.name);
      (algorithm.unwrapKey ?? algorithm.decrypt)(normalized, slots, viewOf(wrappedKey), reject, (unwrapped) =>
        wiping(new Uint8Array(unwrapped), (bytes) =>
          importKey(keyAlgorithm, form, form === 'jwk' ? parseJwk(bytes) : bytes, !!extractable, usages, reject, resolve)));
    });
  }
}
defineInterface(SubtleCrypto, 'SubtleCrypto');
registerPlatformObject(SubtleCrypto.prototype);

module.exports = { SubtleCrypto, subtle: new SubtleCrypto(creating) };
