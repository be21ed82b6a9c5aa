// CryptoKey: https://w3c.github.io/webcrypto/#cryptokey-interface
'use strict';

const {
  ArrayPrototypeSlice, ObjectDefineProperty, SymbolFor, Uint8Array, bareArray, safeArray,
} = primordials;
const { ConversionError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { kUsages } = require('subtle_idl');
const { defineInterface, inspectMembers } = require('web_interface');

const creating = {};
let slotsIn; // (value) => its slots; undefined for what is no key

class CryptoKey {
  #slots;
  #algorithm; // the objects that a program sees, made when it first looks
  #usages;

  static {
    slotsIn = (value) => (typeof value === 'object' && value !== null && #slots in value ? value.#slots : undefined);
  }

  constructor(key = undefined, slots = undefined) {
    if (key !== creating) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#slots = slots;
  }

  get type() { return checked(this).type; }
  get extractable() { return checked(this).extractable; }
  get algorithm() {
    const slots = checked(this);
    return this.#algorithm ??= visibleAlgorithm(slots.algorithm);
  }
  get usages() {
    const slots = checked(this);
    return this.#usages ??= visibleUsages(slots.usages);
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    const { type, extractable, algorithm, usages } = checked(this);
    return inspectMembers(this, depth, options, {
      type, extractable, algorithm: this.#algorithm ??= visibleAlgorithm(algorithm), usages: this.#usages ??= visibleUsages(usages),
    });
  }
}

function checked(key) {
  const slots = slotsIn(key);
  if (slots === undefined) throw new ERR_INVALID_THIS('CryptoKey');
  return slots;
}

function visibleAlgorithm(algorithm) {
  const visible = {};
  const put = (name, value) => {
    if (value !== undefined) ObjectDefineProperty(visible, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
  };
  const { name, modulusLength, publicExponent, hash, length, namedCurve } = algorithm;
  put('name', name);
  put('modulusLength', modulusLength);
  put('publicExponent', publicExponent === undefined ? undefined : new Uint8Array(publicExponent));
  put('hash', hash === undefined ? undefined : { name: hash });
  put('length', length);
  put('namedCurve', namedCurve);
  return visible;
}

function visibleUsages(usages) {
  const list = safeArray();
  for (let i = 0; i < usages.length; i++) list.push(usages[i]);
  return ArrayPrototypeSlice(list); // an array like any other
}

/// Slots: type, extractable, algorithm (name, and hash, length, namedCurve, modulusLength, publicExponent where it has them), usages, and
/// handle, the key itself.
function createKey(slots) {
  return new CryptoKey(creating, slots);
}

/// As Web IDL converts what has to be a CryptoKey.
function cryptoKey(value, context) {
  if (slotsIn(value) === undefined) throw new ConversionError(`${context} is not of type CryptoKey.`);
  return value;
}

/// Each once, in the standard's order; with `among` only those of it.
function orderedUsages(usages, among = usages) {
  const ordered = bareArray();
  for (let i = 0; i < kUsages.length; i++)
    if (has(usages, kUsages[i]) && has(among, kUsages[i])) ordered[ordered.length] = kUsages[i];
  return ordered;
}

function has(list, item) {
  for (let i = 0; i < list.length; i++) if (list[i] === item) return true;
  return false;
}

defineInterface(CryptoKey, 'CryptoKey');
registerPlatformObject(CryptoKey.prototype, (key) => {
  const slots = slotsIn(key);
  return slots === undefined ? undefined : createKey(slots);
});

module.exports = { CryptoKey, createKey, cryptoKey, has, orderedUsages, slotsOf: slotsIn };
