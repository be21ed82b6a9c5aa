// Algorithm normalization (https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm): which operation takes which
// algorithm with which parameters, and what a program gave as one. Each member is read once.
'use strict';

const { SafeMap, StringPrototypeCharCodeAt, StringPrototypeToUpperCase, isObject } = primordials;
const { ConversionError } = require('errors');
const idl = require('subtle_idl');
const { domException } = require('subtle_jobs');
const { cryptoKey } = require('subtle_key');

// ---- dictionaries: members as they are read, base dictionaries first -------------------------------------------------

const required = (type) => ({ __proto__: null, type, required: true });
const optional = (type) => ({ __proto__: null, type, required: false });

const kTypes = {
  __proto__: null,
  buffer: idl.bufferSource,
  bigInteger: idl.bigInteger,
  octet: idl.octet,
  unsignedShort: idl.unsignedShort,
  unsignedLong: idl.unsignedLong,
  string: idl.string,
  hash: (value, context) => identifier(value, context),
  key: cryptoKey,
};

const kNone = [];
const kHash = [['hash', required('hash')]];
const kRsaKeyGen = [
  ['modulusLength', required('unsignedLong')], ['publicExponent', required('bigInteger')], ['hash', required('hash')],
];
const kRsaPss = [['saltLength', required('unsignedLong')]];
const kRsaOaep = [['label', optional('buffer')]];
const kCurve = [['namedCurve', required('string')]];
const kPublic = [['public', required('key')]];
const kContext = [['context', optional('buffer')]];
const kAesKey = [['length', required('unsignedShort')]];
const kAesCtr = [['counter', required('buffer')], ['length', required('octet')]];
const kAesCbc = [['iv', required('buffer')]];
const kAesGcm = [['additionalData', optional('buffer')], ['iv', required('buffer')], ['tagLength', optional('octet')]];
const kHmac = [['hash', required('hash')], ['length', optional('unsignedLong')]];
const kHkdf = [['hash', required('hash')], ['info', required('buffer')], ['salt', required('buffer')]];
const kPbkdf2 = [['hash', required('hash')], ['iterations', required('unsignedLong')], ['salt', required('buffer')]];

const kDigests = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const kRsa = ['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP'];
const kNistCurves = ['ECDSA', 'ECDH'];
const kNewerCurves = ['Ed25519', 'X25519', 'Ed448', 'X448'];
const kAes = ['AES-CTR', 'AES-CBC', 'AES-GCM', 'AES-KW'];
const kDerivations = ['HKDF', 'PBKDF2'];
const kCiphers = [[['RSA-OAEP'], kRsaOaep], [['AES-CTR'], kAesCtr], [['AES-CBC'], kAesCbc], [['AES-GCM'], kAesGcm]];
const kSignatures = [
  [['RSASSA-PKCS1-v1_5', 'HMAC', 'Ed25519'], kNone], [['RSA-PSS'], kRsaPss], [['ECDSA'], kHash], [['Ed448'], kContext],
];
const kWrapping = [[['AES-KW'], kNone]];

const registered = new SafeMap();
function register(operation, entries) {
  const algorithms = new SafeMap();
  for (let i = 0; i < entries.length; i++) {
    const names = entries[i][0];
    for (let j = 0; j < names.length; j++)
      algorithms.set(StringPrototypeToUpperCase(names[j]), { __proto__: null, name: names[j], members: entries[i][1] });
  }
  registered.set(operation, algorithms);
}
register('digest', [[kDigests, kNone]]);
register('encrypt', kCiphers);
register('decrypt', kCiphers);
register('sign', kSignatures);
register('verify', kSignatures);
register('deriveBits', [[['ECDH', 'X25519', 'X448'], kPublic], [['HKDF'], kHkdf], [['PBKDF2'], kPbkdf2]]);
register('wrapKey', kWrapping);
register('unwrapKey', kWrapping);
register('generateKey', [[kRsa, kRsaKeyGen], [kNistCurves, kCurve], [kNewerCurves, kNone], [kAes, kAesKey], [['HMAC'], kHmac]]);
register('importKey', [[kRsa, kHash], [kNistCurves, kCurve], [kNewerCurves, kNone], [kAes, kNone], [['HMAC'], kHmac], [kDerivations, kNone]]);
register('get key length', [[kAes, kAesKey], [['HMAC'], kHmac], [kDerivations, kNone]]);

// ---- normalizing ------------------------------------------------------------------------------------------------------

/// AlgorithmIdentifier, as it is converted when a method is called.
function identifier(value, context) {
  return isObject(value) ? value : idl.string(value, context);
}

// Names are compared without regard to the case of ASCII letters; those with any other letter are no name.
function find(operation, name) {
  for (let i = 0; i < name.length; i++) if (StringPrototypeCharCodeAt(name, i) > 127) return undefined;
  return registered.get(operation).get(StringPrototypeToUpperCase(name));
}

function readMembers(given, members) {
  const read = { __proto__: null };
  for (let i = 0; i < members.length; i++) {
    const name = members[i][0];
    const { type, required: isRequired } = members[i][1];
    const value = given[name];
    if (value !== undefined) read[name] = kTypes[type](value, `Failed to normalize algorithm: '${name}'`);
    else if (isRequired) throw new ConversionError(`Failed to normalize algorithm: '${name}' is required.`);
  }
  return read;
}

/// `given` is an identifier. A record with `name` as the standard writes it, its members, buffers copied, and the name of `hash`.
/// Throws what getters throw, TypeError, and NotSupportedError for what the operation does not take.
function normalize(given, operation) {
  const isText = typeof given === 'string';
  const name = isText ? undefined : given.name;
  if (!isText && name === undefined) throw new ConversionError("Failed to normalize algorithm: 'name' is required.");
  const found = find(operation, isText ? given : idl.string(name, "Failed to normalize algorithm: 'name'"));
  if (found === undefined) throw domException('Unrecognized algorithm name', 'NotSupportedError');
  // A text stands for an object that has only a name; what is on the prototypes of a program's objects is not of it.
  const normalized = readMembers(isText ? { __proto__: null } : given, found.members);
  normalized.name = found.name;
  for (let i = 0; i < found.members.length; i++) {
    const member = found.members[i][0];
    if (normalized[member] === undefined) continue;
    const { type } = found.members[i][1];
    if (type === 'buffer' || type === 'bigInteger') normalized[member] = idl.copyOf(normalized[member]);
    else if (type === 'hash') normalized[member] = normalize(normalized[member], 'digest').name;
  }
  return normalized;
}

/// The first of two operations that takes it; throws what the second says when neither does.
function normalizeEither(given, first, second) {
  try {
    return normalize(given, first);
  } catch {
    return normalize(given, second);
  }
}

module.exports = { identifier, normalize, normalizeEither };
