// SubtleCrypto's algorithms with secret keys: AES, HMAC, HKDF and PBKDF2. Each is an object with the operations that it supports; what they
// are given is normalized, and keys are slots. Results go to next(), failures to reject(), or are thrown.
'use strict';

const { TypeError, TypedArrayPrototypeGetLength, Uint8Array } = primordials;
const { bufferOf, domException, run, truthOf } = require('subtle_jobs');
const { checkJwk, dataError, exportedJwk, membersOf } = require('subtle_jwk');
const { createKey, has, orderedUsages } = require('subtle_key');

const operationError = (message) => domException(message, 'OperationError');
const notSupported = (message) => domException(message, 'NotSupportedError');

/// Throws SyntaxError when there is one in `usages` that is not among `allowed`.
function checkUsages(usages, allowed) {
  for (let i = 0; i < usages.length; i++)
    if (!has(allowed, usages[i])) throw domException(`Unsupported key usage '${usages[i]}' for this algorithm`, 'SyntaxError');
}

const secretKey = (handle, algorithm, extractable, usages) =>
  createKey({ __proto__: null, type: 'secret', extractable, algorithm, usages: orderedUsages(usages), handle });

function generateSecret(bits, algorithm, extractable, usages, reject, next) {
  run('secret.generate', { __proto__: null, number: bits }, reject, (job) =>
    next(secretKey(native.subtleKey(job, 0), algorithm, extractable, usages)));
}

// Bits of the bytes that a text in Base64url stands for, if it is one.
const bitsOfText = (text) => (text.length * 6 - text.length * 6 % 8);

/// `data` is a Uint8Array or a JWK that was checked. `bits`: how many count.
function importSecret(format, data, bits, reject, next) {
  if (format === 'raw') run('secret.import', { __proto__: null, number: bits, inputs: [data] }, reject, (job) => next(native.subtleKey(job, 0)));
  else run('secret.importJwk', { __proto__: null, number: bits, members: membersOf(data, ['k']) }, reject, (job) => next(native.subtleKey(job, 0)));
}

const bitsOf = (format, data) => (format === 'raw' ? TypedArrayPrototypeGetLength(data) * 8 : bitsOfText(data.k));

function checkFormat(format) {
  if (format !== 'raw' && format !== 'jwk') throw notSupported(`Unable to import or export a secret key using the ${format} format`);
}

function checkSecretJwk(jwk, use, extractable, usages) {
  checkJwk(jwk, { __proto__: null, kty: 'oct', use }, extractable, usages);
  if (jwk.k === undefined) throw dataError('Invalid JWK: "k" is missing');
}

function exportSecret(format, slots, alg, reject, next) {
  checkFormat(format);
  if (format === 'raw') {
    run('secret.export', { __proto__: null, key: slots.handle }, reject, (job) => next(bufferOf(job)));
    return;
  }
  run('secret.exportJwk', { __proto__: null, key: slots.handle }, reject, (job) =>
    next(exportedJwk(slots, { __proto__: null, kty: 'oct', alg }, ['k'], native.subtleMembers(job))));
}

// ---- AES ------------------------------------------------------------------------------------------------------------

const isAesLength = (bits) => bits === 128 || bits === 192 || bits === 256;
const nothing = new Uint8Array(0);

/// `name` as the standard writes it, `crypt` its operations on data.
function aes(name, usages, crypt) {
  const mode = name === 'AES-KW' ? 'KW' : name === 'AES-CTR' ? 'CTR' : name === 'AES-CBC' ? 'CBC' : 'GCM';
  const algOf = (bits) => `A${bits}${mode}`;
  return {
    __proto__: null,
    ...crypt,
    generateKey({ length }, extractable, wanted, reject, next) {
      checkUsages(wanted, usages);
      if (!isAesLength(length)) throw operationError('Invalid key length');
      generateSecret(length, { __proto__: null, name, length }, extractable, wanted, reject, next);
    },
    importKey(format, data, _, extractable, wanted, reject, next) {
      checkUsages(wanted, usages);
      checkFormat(format);
      if (format === 'jwk') checkSecretJwk(data, 'enc', extractable, wanted);
      const length = bitsOf(format, data);
      if (!isAesLength(length)) throw dataError('Invalid key length');
      if (format === 'jwk' && data.alg !== undefined && data.alg !== algOf(length)) throw dataError('JWK "alg" does not match the requested algorithm');
      importSecret(format, data, 0, reject, (handle) => next(secretKey(handle, { __proto__: null, name, length }, extractable, wanted)));
    },
    exportKey(format, slots, reject, next) {
      exportSecret(format, slots, algOf(slots.algorithm.length), reject, next);
    },
    getKeyLength({ length }) {
      if (!isAesLength(length)) throw operationError('Invalid key length');
      return length;
    },
  };
}

const kCipherUsages = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];

function checkBlock(bytes, what) {
  if (TypedArrayPrototypeGetLength(bytes) !== 16) throw operationError(`${what} must be 16 bytes`);
}

function ctr({ counter, length }, { handle }, data, reject, next) {
  checkBlock(counter, 'algorithm.counter');
  if (length < 1 || length > 128) throw operationError('algorithm.length must be between 1 and 128');
  run('AES-CTR.crypt', { __proto__: null, key: handle, number: length, inputs: [data, counter] }, reject, (job) => next(bufferOf(job)));
}

const cbc = (operation) => ({ iv }, { handle }, data, reject, next) => {
  checkBlock(iv, 'algorithm.iv');
  run(operation, { __proto__: null, key: handle, inputs: [data, iv] }, reject, (job) => next(bufferOf(job)));
};

const gcm = (operation) => ({ iv, additionalData = nothing, tagLength = 128 }, { handle }, data, reject, next) => {
  switch (tagLength) {
    case 32: case 64: case 96: case 104: case 112: case 120: case 128: break;
    default: throw operationError(`${tagLength} is not a valid AES-GCM tag length`);
  }
  run(operation, { __proto__: null, key: handle, number: tagLength, inputs: [data, iv, additionalData] }, reject, (job) => next(bufferOf(job)));
};

const kw = (operation) => (_, { handle }, data, reject, next) =>
  run(operation, { __proto__: null, key: handle, inputs: [data] }, reject, (job) => next(bufferOf(job)));

// ---- HMAC -----------------------------------------------------------------------------------------------------------

const blockBits = (hash) => (hash === 'SHA-1' || hash === 'SHA-256' ? 512 : 1024);
const kHmacAlg = { '__proto__': null, 'SHA-1': 'HS1', 'SHA-256': 'HS256', 'SHA-384': 'HS384', 'SHA-512': 'HS512' };
const kHmacUsages = ['sign', 'verify'];

const hmac = {
  __proto__: null,
  generateKey({ hash, length = blockBits(hash) }, extractable, usages, reject, next) {
    checkUsages(usages, kHmacUsages);
    if (length === 0) throw operationError('Zero-length key is not supported');
    if (native.sandbox !== undefined) native.sandbox.checkBytes(length / 8);
    generateSecret(length, { __proto__: null, name: 'HMAC', hash, length }, extractable, usages, reject, next);
  },
  importKey(format, data, { hash, length }, extractable, usages, reject, next) {
    checkUsages(usages, kHmacUsages);
    checkFormat(format);
    if (format === 'jwk') {
      checkSecretJwk(data, 'sig', extractable, usages);
      if (data.alg !== undefined && data.alg !== kHmacAlg[hash]) throw dataError('JWK "alg" does not match the requested algorithm');
    }
    const bits = bitsOf(format, data);
    if (bits === 0) throw dataError('Zero-length key is not supported');
    if (length !== undefined && (length > bits || length <= bits - 8)) throw dataError('Invalid key length');
    const algorithm = { __proto__: null, name: 'HMAC', hash, length: length ?? bits };
    importSecret(format, data, length ?? 0, reject, (handle) => next(secretKey(handle, algorithm, extractable, usages)));
  },
  exportKey(format, slots, reject, next) {
    exportSecret(format, slots, kHmacAlg[slots.algorithm.hash], reject, next);
  },
  sign(_, { handle, algorithm }, data, reject, next) {
    run('HMAC.sign', { __proto__: null, key: handle, variant: algorithm.hash, inputs: [data] }, reject, (job) => next(bufferOf(job)));
  },
  verify(_, { handle, algorithm }, signature, data, reject, next) {
    run('HMAC.verify', { __proto__: null, key: handle, variant: algorithm.hash, inputs: [data, signature] }, reject, (job) => next(truthOf(job)));
  },
  getKeyLength({ hash, length }) {
    if (length === 0) throw new TypeError('algorithm.length cannot be 0');
    return length ?? blockBits(hash);
  },
};

// ---- HKDF and PBKDF2 ------------------------------------------------------------------------------------------------

function derivation(name, derive) {
  return {
    __proto__: null,
    importKey(format, data, _, extractable, usages, reject, next) {
      if (format !== 'raw') throw notSupported(`Unable to import a ${name} key using the ${format} format`);
      checkUsages(usages, ['deriveKey', 'deriveBits']);
      if (extractable) throw domException(`${name} keys are not extractable`, 'SyntaxError');
      importSecret('raw', data, 0, reject, (handle) => next(secretKey(handle, { __proto__: null, name }, false, usages)));
    },
    getKeyLength() { return null; },
    deriveBits(algorithm, { handle }, length, reject, next) {
      if (length === null) throw operationError('length cannot be null');
      if (length % 8 !== 0) throw operationError('length must be a multiple of 8');
      derive(algorithm, handle, length, reject, (job) => next(bufferOf(job)));
    },
  };
}

const hkdf = derivation('HKDF', ({ hash, salt, info }, key, length, reject, next) =>
  run('HKDF.derive', { __proto__: null, key, variant: hash, number: length, inputs: [salt, info] }, reject, next));

const pbkdf2 = derivation('PBKDF2', ({ hash, salt, iterations }, key, length, reject, next) => {
  if (iterations === 0) throw operationError('iterations cannot be zero');
  if (native.sandbox !== undefined) native.sandbox.checkBytes(length / 8);
  run('PBKDF2.derive', { __proto__: null, key, variant: hash, number: length, number2: iterations, inputs: [salt] }, reject, next);
});

module.exports = {
  'algorithms': {
    '__proto__': null,
    'AES-CTR': aes('AES-CTR', kCipherUsages, { encrypt: ctr, decrypt: ctr }),
    'AES-CBC': aes('AES-CBC', kCipherUsages, { encrypt: cbc('AES-CBC.encrypt'), decrypt: cbc('AES-CBC.decrypt') }),
    'AES-GCM': aes('AES-GCM', kCipherUsages, { encrypt: gcm('AES-GCM.encrypt'), decrypt: gcm('AES-GCM.decrypt') }),
    'AES-KW': aes('AES-KW', ['wrapKey', 'unwrapKey'], { wrapKey: kw('AES-KW.encrypt'), unwrapKey: kw('AES-KW.decrypt') }),
    'HMAC': hmac,
    'HKDF': hkdf,
    'PBKDF2': pbkdf2,
  },
  checkUsages, notSupported, operationError,
};
