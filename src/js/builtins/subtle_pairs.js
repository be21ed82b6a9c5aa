// SubtleCrypto's algorithms with public and private keys: RSA, the curves of the NIST, and the newer ones. As in subtle_secret.js each is an
// object with the operations that it supports.
'use strict';

const { TypedArrayPrototypeGetLength, Uint8Array } = primordials;
const { bufferOf, domException, run, truthOf } = require('subtle_jobs');
const { checkJwk, dataError, exportedJwk, membersOf } = require('subtle_jwk');
const { createKey, orderedUsages, slotsOf } = require('subtle_key');
const { checkUsages, notSupported } = require('subtle_secret');

const invalidAccess = (message) => domException(message, 'InvalidAccessError');

function requireType(slots, type) {
  if (slots.type !== type) throw invalidAccess(`Unable to use this key: it must be a ${type} key`);
}

// ---- what all of them have in common --------------------------------------------------------------------------------

const kFormatJobs = { __proto__: null, raw: 'import.raw', spki: 'import.spki', pkcs8: 'import.pkcs8' };

/// `family`: `uses`, what public and private keys may do; `jwk`, the members of a JWK; `raw`, whether public keys have a raw form.
/// `kind` is as in src/js/crypto/key.h. next(job, type) makes the key.
function importPair(family, kind, format, data, expected, extractable, usages, reject, next) {
  const isPrivate = format === 'pkcs8' || (format === 'jwk' && data.d !== undefined);
  if (format === 'raw' && !family.raw) throw notSupported('Unable to import a key of this algorithm using the raw format');
  checkUsages(usages, isPrivate ? family.uses.private : family.uses.public);
  if (format === 'jwk') {
    checkJwk(data, expected, extractable, usages);
    if (data.oth !== undefined) throw notSupported('JWK "oth" Parameter is not supported');
    if (expected.crv !== undefined && data.crv !== expected.crv) throw dataError('JWK "crv" does not match the requested algorithm');
    for (let i = 0; i < family.jwk.length; i++)
      if (data[family.jwk[i]] === undefined && (isPrivate || i < family.jwkPublic)) throw dataError(`Invalid JWK: "${family.jwk[i]}" is missing`);
  }
  const given = { __proto__: null, variant: kind };
  if (format === 'jwk') {
    // What is not of a public key does not make it a private one.
    given.members = membersOf(data, family.names);
    if (!isPrivate) for (let i = family.namesPublic; i < family.names.length; i++) given.members[i] = undefined;
  } else {
    given.inputs = [data];
  }
  run(format === 'jwk' ? 'import.jwk' : kFormatJobs[format], given, reject, (job) => next(job, isPrivate ? 'private' : 'public'));
}

const importedKey = (job, type, algorithm, extractable, usages) =>
  createKey({ __proto__: null, type, extractable, algorithm, usages: orderedUsages(usages), handle: native.subtleKey(job, 0) });

function exportPair(family, kind, format, slots, jwk, reject, next) {
  const given = { __proto__: null, variant: kind, key: slots.handle };
  switch (format) {
    case 'raw':
      if (!family.raw) throw notSupported('Unable to export a key of this algorithm using the raw format');
      // falls through
    case 'spki':
      requireType(slots, 'public');
      break;
    case 'pkcs8':
      requireType(slots, 'private');
      break;
    default:
      given.number = slots.type === 'private' ? 1 : 0;
      run('export.jwk', given, reject, (job) => next(exportedJwk(slots, jwk, family.names, native.subtleMembers(job))));
      return;
  }
  run(`export.${format}`, given, reject, (job) => next(bufferOf(job)));
}

/// The pair that a job has generated.
function pairOf(job, family, algorithm, extractable, usages) {
  const make = (type, handle, isExtractable, uses) => createKey({
    __proto__: null, type, extractable: isExtractable, algorithm, usages: orderedUsages(usages, uses), handle,
  });
  return {
    privateKey: make('private', native.subtleKey(job, 0), extractable, family.uses.private),
    publicKey: make('public', native.subtleKey(job, 1), true, family.uses.public),
  };
}

const family = (publicUses, privateUses, jwk, jwkPublic, names, namesPublic, raw) => ({
  __proto__: null, uses: { __proto__: null, public: publicUses, private: privateUses, all: [...publicUses, ...privateUses] }, jwk, jwkPublic,
  names, namesPublic, raw,
});

// ---- RSA ------------------------------------------------------------------------------------------------------------

const kRsaNames = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
const rsaFamily = (publicUses, privateUses) => family(publicUses, privateUses, kRsaNames, 2, kRsaNames, 2, false);

/// `alg`: hash -> the name of the algorithm in a JWK.
function rsa(name, its, use, alg, operations) {
  return {
    __proto__: null,
    ...operations,
    generateKey({ modulusLength, publicExponent, hash }, extractable, usages, reject, next) {
      checkUsages(usages, its.uses.all);
      const algorithm = { __proto__: null, name, modulusLength, publicExponent, hash };
      run('RSA.generate', { __proto__: null, number: modulusLength, inputs: [publicExponent] }, reject, (job) =>
        next(pairOf(job, its, algorithm, extractable, usages)));
    },
    importKey(format, data, { hash }, extractable, usages, reject, next) {
      importPair(its, 'RSA', format, data, { __proto__: null, kty: 'RSA', use, alg: alg(hash) }, extractable, usages, reject, (job, type) => {
        const publicExponent = new Uint8Array(native.subtleBytes(job));
        const algorithm = { __proto__: null, name, modulusLength: native.subtleNumber(job), publicExponent, hash };
        next(importedKey(job, type, algorithm, extractable, usages));
      });
    },
    exportKey(format, slots, reject, next) {
      exportPair(its, 'RSA', format, slots, { __proto__: null, kty: 'RSA', alg: alg(slots.algorithm.hash) }, reject, next);
    },
  };
}

const hashNumber = (hash) => (hash === 'SHA-256' ? '256' : hash === 'SHA-384' ? '384' : hash === 'SHA-512' ? '512' : '1');

/// sign() and verify() by jobs of that name; settings(algorithm, slots) are the hash and the number that these take.
function signing(name, settings) {
  return {
    __proto__: null,
    sign(algorithm, slots, data, reject, next) {
      requireType(slots, 'private');
      run(`${name}.sign`, { __proto__: null, key: slots.handle, inputs: [data], ...settings(algorithm, slots) }, reject, (job) => next(bufferOf(job)));
    },
    verify(algorithm, slots, signature, data, reject, next) {
      requireType(slots, 'public');
      run(`${name}.verify`, { __proto__: null, key: slots.handle, inputs: [data, signature], ...settings(algorithm, slots) }, reject, (job) =>
        next(truthOf(job)));
    },
  };
}

const oaep = (operation, type) => ({ label }, slots, data, reject, next) => {
  requireType(slots, type);
  const given = { __proto__: null, key: slots.handle, variant: slots.algorithm.hash, inputs: [data] };
  if (label !== undefined) given.inputs = [data, label];
  run(operation, given, reject, (job) => next(bufferOf(job)));
};

// ---- curves ---------------------------------------------------------------------------------------------------------

const kEcNames = ['x', 'y', 'd'];
const ecFamily = (publicUses, privateUses) => family(publicUses, privateUses, ['x', 'y', 'd'], 2, kEcNames, 2, true);
const newerFamily = (publicUses, privateUses) => family(publicUses, privateUses, ['x', 'd'], 1, kEcNames, 1, true);

const kDeriving = ['deriveKey', 'deriveBits'];

function checkCurve(curve) {
  if (curve !== 'P-256' && curve !== 'P-384' && curve !== 'P-521') throw notSupported('Unrecognized namedCurve');
}

const kEcAlg = { '__proto__': null, 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };

function nist(name, its, use, operations) {
  return {
    __proto__: null,
    ...operations,
    generateKey({ namedCurve }, extractable, usages, reject, next) {
      checkUsages(usages, its.uses.all);
      checkCurve(namedCurve);
      run('curve.generate', { __proto__: null, variant: namedCurve }, reject, (job) =>
        next(pairOf(job, its, { __proto__: null, name, namedCurve }, extractable, usages)));
    },
    importKey(format, data, { namedCurve }, extractable, usages, reject, next) {
      checkCurve(namedCurve);
      const expected = { __proto__: null, kty: 'EC', use, crv: namedCurve, alg: name === 'ECDSA' ? kEcAlg[namedCurve] : undefined };
      importPair(its, namedCurve, format, data, expected, extractable, usages, reject, (job, type) =>
        next(importedKey(job, type, { __proto__: null, name, namedCurve }, extractable, usages)));
    },
    exportKey(format, slots, reject, next) {
      const { namedCurve } = slots.algorithm;
      exportPair(its, namedCurve, format, slots, { __proto__: null, kty: 'EC', crv: namedCurve }, reject, next);
    },
  };
}

/// `name` is also that of the curve.
function newer(name, its, use, operations) {
  const isSigning = use === 'sig';
  return {
    __proto__: null,
    ...operations,
    generateKey(_, extractable, usages, reject, next) {
      checkUsages(usages, its.uses.all);
      run('curve.generate', { __proto__: null, variant: name }, reject, (job) =>
        next(pairOf(job, its, { __proto__: null, name }, extractable, usages)));
    },
    importKey(format, data, _, extractable, usages, reject, next) {
      const expected = { __proto__: null, kty: 'OKP', use, crv: name, alg: undefined };
      if (format === 'jwk' && isSigning && data.alg !== 'EdDSA') expected.alg = name;
      importPair(its, name, format, data, expected, extractable, usages, reject, (job, type) =>
        next(importedKey(job, type, { __proto__: null, name }, extractable, usages)));
    },
    exportKey(format, slots, reject, next) {
      const jwk = { __proto__: null, kty: 'OKP', crv: name, alg: isSigning ? name : undefined };
      exportPair(its, name, format, slots, jwk, reject, next);
    },
  };
}

function deriveBits({ public: key }, slots, length, reject, next) {
  const theirs = slotsOf(key);
  requireType(slots, 'private');
  requireType(theirs, 'public');
  if (theirs.algorithm.name !== slots.algorithm.name) throw invalidAccess('The public and private keys must be of the same algorithm');
  if (theirs.algorithm.namedCurve !== slots.algorithm.namedCurve) throw invalidAccess('Named curve mismatch');
  const given = { __proto__: null, key: slots.handle, key2: theirs.handle, number: length ?? 0, number2: length === null ? 0 : 1 };
  run('agree', given, reject, (job) => next(bufferOf(job)));
}

// EdDSA with a context is not in OpenSSL before 3.2.
const noContext = ({ context }) => {
  if (context !== undefined && TypedArrayPrototypeGetLength(context) > 0) throw notSupported('Non zero-length context is not supported');
  return undefined;
};

const kVerify = ['verify'], kSign = ['sign'];
const kSigned = rsaFamily(kVerify, kSign);
const hashOfKey = (_, { algorithm }) => ({ __proto__: null, variant: algorithm.hash });
const eddsa = signing('EdDSA', noContext);

module.exports = {
  algorithms: {
    '__proto__': null,
    'RSASSA-PKCS1-v1_5': rsa('RSASSA-PKCS1-v1_5', kSigned, 'sig', (hash) => `RS${hashNumber(hash)}`, signing('RSASSA-PKCS1-v1_5', hashOfKey)),
    'RSA-PSS': rsa('RSA-PSS', kSigned, 'sig', (hash) => `PS${hashNumber(hash)}`,
      signing('RSA-PSS', ({ saltLength }, { algorithm }) => ({ __proto__: null, variant: algorithm.hash, number: saltLength }))),
    'RSA-OAEP': rsa('RSA-OAEP', rsaFamily(['encrypt', 'wrapKey'], ['decrypt', 'unwrapKey']), 'enc',
      (hash) => (hash === 'SHA-1' ? 'RSA-OAEP' : `RSA-OAEP-${hashNumber(hash)}`),
      { __proto__: null, encrypt: oaep('RSA-OAEP.encrypt', 'public'), decrypt: oaep('RSA-OAEP.decrypt', 'private') }),
    'ECDSA': nist('ECDSA', ecFamily(kVerify, kSign), 'sig', signing('ECDSA', ({ hash }) => ({ __proto__: null, variant: hash }))),
    'ECDH': nist('ECDH', ecFamily([], kDeriving), 'enc', { __proto__: null, deriveBits }),
    'Ed25519': newer('Ed25519', newerFamily(kVerify, kSign), 'sig', eddsa),
    'Ed448': newer('Ed448', newerFamily(kVerify, kSign), 'sig', eddsa),
    'X25519': newer('X25519', newerFamily([], kDeriving), 'enc', { __proto__: null, deriveBits }),
    'X448': newer('X448', newerFamily([], kDeriving), 'enc', { __proto__: null, deriveBits }),
  },
};
