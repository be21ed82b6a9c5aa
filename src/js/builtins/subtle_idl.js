// Conversions of Web IDL that SubtleCrypto needs (https://webidl.spec.whatwg.org/#js-type-mapping). `context` begins the message of what
// cannot be converted.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeGetResizable, ArrayIsArray,
  DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MathTrunc, NumberIsFinite, ObjectHasOwn,
  ReflectApply, SharedArrayBufferPrototypeGetByteLength, SymbolIterator, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array, bareArray, isObject,
} = primordials;
const { ConversionError } = require('errors');
const { finds } = require('slots');
const { checkBytes } = require('subtle_jobs');

const isTypedArray = (view) => TypedArrayPrototypeGetSymbolToStringTag(view) !== undefined;
const isShared = (buffer) => SharedArrayBufferPrototypeGetByteLength !== undefined && finds(SharedArrayBufferPrototypeGetByteLength, buffer);

const isBufferSource = (value) => isObject(value) && (ArrayBufferIsView(value) || finds(ArrayBufferPrototypeGetByteLength, value));

/// BufferSource, which may be neither shared nor resizable.
function bufferSource(value, context) {
  if (!isObject(value)) throw new ConversionError(`${context} is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
  let buffer = value;
  if (ArrayBufferIsView(value)) buffer = isTypedArray(value) ? TypedArrayPrototypeGetBuffer(value) : DataViewPrototypeGetBuffer(value);
  else if (!finds(ArrayBufferPrototypeGetByteLength, value)) {
    if (isShared(value)) throw new ConversionError(`${context} is a SharedArrayBuffer, which is not allowed.`);
    throw new ConversionError(`${context} is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.`);
  }
  if (isShared(buffer)) throw new ConversionError(`${context} is a view on a SharedArrayBuffer, which is not allowed.`);
  if (ArrayBufferPrototypeGetResizable(buffer)) throw new ConversionError(`${context} is backed by a resizable ArrayBuffer, which is not allowed.`);
  return value;
}

/// The bytes of a BufferSource, in place. A detached one has none.
function viewOf(source) {
  if (ArrayBufferIsView(source)) {
    if (isTypedArray(source)) {
      const count = TypedArrayPrototypeGetByteLength(source);
      return count === 0 ? new Uint8Array(0) : new Uint8Array(TypedArrayPrototypeGetBuffer(source), TypedArrayPrototypeGetByteOffset(source), count);
    }
    if (!finds(DataViewPrototypeGetByteLength, source)) return new Uint8Array(0);
    return new Uint8Array(DataViewPrototypeGetBuffer(source), DataViewPrototypeGetByteOffset(source), DataViewPrototypeGetByteLength(source));
  }
  return ArrayBufferPrototypeGetDetached(source) ? new Uint8Array(0) : new Uint8Array(source);
}

function copyOf(source) {
  const view = viewOf(source);
  checkBytes(TypedArrayPrototypeGetByteLength(view));
  return new Uint8Array(view);
}

/// BigInteger.
function bigInteger(value, context) {
  if (!isObject(value) || TypedArrayPrototypeGetSymbolToStringTag(value) !== 'Uint8Array') throw new ConversionError(`${context} is not a Uint8Array.`);
  return bufferSource(value, context);
}

/// [EnforceRange] of an unsigned type.
function integer(value, context, max) {
  const number = +value;
  if (!NumberIsFinite(number)) throw new ConversionError(`${context} is not a finite number.`);
  const whole = MathTrunc(number) + 0;
  if (whole < 0 || whole > max) throw new ConversionError(`${context} is outside the expected range of 0 to ${max}.`);
  return whole;
}
const octet = (value, context) => integer(value, context, 0xff);
const unsignedShort = (value, context) => integer(value, context, 0xffff);
const unsignedLong = (value, context) => integer(value, context, 0xffffffff);
/// unsigned long without [EnforceRange].
const wrappedLong = (value) => +value >>> 0;

function string(value, context) {
  if (typeof value === 'symbol') throw new ConversionError(`${context} is a symbol, which cannot be converted to a string.`);
  return `${value}`;
}

function oneOf(value, values, context, type) {
  const text = string(value, context);
  for (let i = 0; i < values.length; i++) if (values[i] === text) return text;
  throw new ConversionError(`${context} value '${text}' is not a valid enum value of type ${type}.`);
}

/// sequence<T>: each element by convert(element, context). What JSON.parse made is read without asking a program's iterator.
function sequence(value, context, convert, isOwn = false) {
  const list = bareArray();
  if (isOwn && ArrayIsArray(value)) {
    for (let i = 0; i < value.length; i++) list[i] = convert(value[i], `${context}[${i}]`);
    return list;
  }
  const method = isObject(value) ? value[SymbolIterator] : undefined;
  if (typeof method !== 'function') throw new ConversionError(`${context} cannot be converted to sequence.`);
  const iterator = ReflectApply(method, value, []);
  if (!isObject(iterator)) throw new ConversionError(`${context} cannot be converted to sequence.`);
  const { next } = iterator;
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (!isObject(result)) throw new ConversionError(`${context} cannot be converted to sequence.`);
    if (result.done) return list;
    list[list.length] = convert(result.value, `${context}[${list.length}]`);
  }
}

// ---- keys -----------------------------------------------------------------------------------------------------------

const kFormats = ['raw', 'pkcs8', 'spki', 'jwk'];
const kUsages = ['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'];

const keyFormat = (value, context) => oneOf(value, kFormats, context, 'KeyFormat');
const keyUsages = (value, context) => sequence(value, context, (usage, at) => oneOf(usage, kUsages, at, 'KeyUsage'));

// In the order in which Web IDL reads them.
const kJwkMembers = ['alg', 'crv', 'd', 'dp', 'dq', 'e', 'ext', 'k', 'key_ops', 'kty', 'n', 'oth', 'p', 'q', 'qi', 'use', 'x', 'y'];

/// JsonWebKey. `isOwn`: JSON.parse has made it, and what the program put on prototypes is not of it.
function jsonWebKey(value, context, isOwn = false) {
  const jwk = { __proto__: null };
  if (value === undefined || value === null) return jwk;
  if (!isObject(value)) throw new ConversionError(`${context} cannot be converted to a JsonWebKey.`);
  for (let i = 0; i < kJwkMembers.length; i++) {
    const name = kJwkMembers[i];
    const member = isOwn && !ObjectHasOwn(value, name) ? undefined : value[name];
    if (member === undefined) continue;
    const at = `${name} in JsonWebKey`;
    if (name === 'ext') jwk[name] = !!member;
    else if (name === 'key_ops') jwk[name] = sequence(member, at, string, isOwn);
    else if (name === 'oth') jwk[name] = sequence(member, at, (info) => info, isOwn); // whose presence is all that matters
    else jwk[name] = string(member, at);
  }
  return jwk;
}

module.exports = {
  bigInteger, bufferSource, copyOf, isBufferSource, jsonWebKey, kJwkMembers, kUsages, keyFormat, keyUsages, octet, string, unsignedLong,
  unsignedShort, viewOf, wrappedLong,
};
