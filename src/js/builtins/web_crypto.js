// crypto: random numbers of the system's generator, and `subtle`. https://w3c.github.io/webcrypto/#Crypto-interface
'use strict';

const {
  Int32Array, MathMin, TypeError, TypedArrayPrototypeFill, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet,
  Uint8Array,
} = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, coded } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface } = require('web_interface');

const ERR_MISSING_ARRAY = coded(TypeError, 'ERR_MISSING_ARGS',
  "Failed to execute 'getRandomValues' on 'Crypto': 1 argument required, but only 0 present.");

const kBytesMax = 65536;
const scratch = native.scratch();
const scratchBuffer = TypedArrayPrototypeGetBuffer(scratch);
const kScratchBytes = TypedArrayPrototypeGetLength(scratch) - 16;
const numbers = new Int32Array(scratchBuffer, kScratchBytes); // arguments of host functions

function domException(message, name) {
  const { DOMException } = require('dom_exception');
  return new DOMException(message, name);
}

function isIntegerArray(value) {
  const type = TypedArrayPrototypeGetSymbolToStringTag(value);
  return type !== undefined && type !== 'Float16Array' && type !== 'Float32Array' && type !== 'Float64Array';
}

function fillRandomly(array) {
  if (!isIntegerArray(array)) {
    throw domException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  const length = TypedArrayPrototypeGetByteLength(array);
  if (length > kBytesMax) {
    throw domException('The requested length exceeds 65,536 bytes', 'QuotaExceededError');
  }
  if (length === 0) return array;
  const bytes = new Uint8Array(TypedArrayPrototypeGetBuffer(array), TypedArrayPrototypeGetByteOffset(array), length);
  for (let done = 0; done < length;) {
    const count = MathMin(length - done, kScratchBytes);
    numbers[0] = count;
    native.randomBytes();
    TypedArrayPrototypeSet(bytes, new Uint8Array(scratchBuffer, 0, count), done);
    TypedArrayPrototypeFill(scratch, 0, 0, count); // no secret stays behind
    done += count;
  }
  return array;
}

const creating = {};

class Crypto {
  #brand;

  constructor(key = undefined) {
    if (key !== creating) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  // Loaded when first looked at.
  get subtle() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Crypto');
    return require('subtle_crypto').subtle;
  }

  getRandomValues(array) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Crypto');
    if (arguments.length === 0) throw new ERR_MISSING_ARRAY();
    return fillRandomly(array);
  }

  randomUUID() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('Crypto');
    return native.randomUUID();
  }
}
defineInterface(Crypto, 'Crypto');
registerPlatformObject(Crypto.prototype);

module.exports = { Crypto, crypto: new Crypto(creating) };
