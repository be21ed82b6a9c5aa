// What Web IDL does to arguments (https://webidl.spec.whatwg.org/#js-type-mapping), as far as Blob, FormData, Headers, Request and Response
// need it. `what` names the value in errors. Everything here may run the program.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeGetResizable, ArrayPrototypeIncludes,
  BigInt, BigIntAsIntN, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MathAbs, MathFloor, MathMax,
  MathMin, MathTrunc, Number, NumberIsFinite, NumberIsNaN, ReflectApply, RegExpPrototypeExec, SharedArrayBufferPrototypeGetByteLength,
  StringPrototypeCharCodeAt, SymbolIterator, TypeError, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array, isObject, safeArray,
} = primordials;
const { ConversionError } = require('errors');
const { finds } = require('slots');

// ---- texts ----------------------------------------------------------------------------------------------------------

const beyondByte = /[^\0-\xff]/;

/// ByteString
function toByteString(value, what) {
  const text = `${value}`;
  const found = RegExpPrototypeExec(beyondByte, text);
  if (found === null) return text;
  const { index } = found;
  throw new TypeError(`Cannot convert ${what} to a ByteString because the character at index ${index} has a value of ${
    StringPrototypeCharCodeAt(text, index)} which is greater than 255.`);
}

/// An enumeration
function toEnum(value, allowed, what) {
  const text = `${value}`;
  if (!ArrayPrototypeIncludes(allowed, text)) throw new ConversionError(`${what}: '${text}' is not a valid value.`);
  return text;
}

// ---- numbers --------------------------------------------------------------------------------------------------------

const kLongMax = 2 ** 53 - 1;

/// [Clamp] long long
function toClampedLong(value) {
  const number = +value;
  if (NumberIsNaN(number)) return 0;
  const clamped = MathMin(MathMax(number, -kLongMax), kLongMax);
  const floor = MathFloor(clamped);
  const over = clamped - floor;
  // Half-way it is the even one.
  return over < 0.5 || (over === 0.5 && floor % 2 === 0) ? floor + 0 : floor + 1;
}

/// long long
function toLong(value) {
  const number = MathTrunc(+value);
  if (!NumberIsFinite(number)) return 0;
  return MathAbs(number) <= kLongMax ? number + 0 : Number(BigIntAsIntN(64, BigInt(number)));
}

/// unsigned short
function toShort(value) {
  const number = MathTrunc(+value);
  if (!NumberIsFinite(number)) return 0;
  const rest = number % 65536;
  return rest < 0 ? rest + 65536 : rest + 0;
}

// ---- objects --------------------------------------------------------------------------------------------------------

const nothing = { __proto__: null };

/// A dictionary whose members are still to be read, each once and in lexicographic order.
function toDictionary(value, what) {
  if (value === undefined || value === null) return nothing;
  if (!isObject(value)) throw new ConversionError(`${what} cannot be converted to a dictionary.`);
  return value;
}

/// sequence<T>: calls convert(element, index) for what `method`, the value's own iterator method, yields. Returns a safe array.
function listFrom(value, method, convert, what) {
  const iterator = ReflectApply(method, value, []);
  if (!isObject(iterator)) throw new ConversionError(`${what} cannot be converted to sequence.`);
  const { next } = iterator;
  const list = safeArray();
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (!isObject(result)) throw new ConversionError(`${what} cannot be converted to sequence.`);
    if (result.done) return list;
    list.push(convert(result.value, list.length));
  }
}

function toSequence(value, convert, what) {
  const method = isObject(value) ? value[SymbolIterator] : undefined;
  if (typeof method !== 'function') throw new ConversionError(`${what} cannot be converted to sequence.`);
  return listFrom(value, method, convert, what);
}

// ---- buffers --------------------------------------------------------------------------------------------------------

const isShared = (buffer) => SharedArrayBufferPrototypeGetByteLength !== undefined && finds(SharedArrayBufferPrototypeGetByteLength, buffer);

function requireFixed(buffer, what) {
  if (isShared(buffer)) throw new ConversionError(`${what} must not be shared memory.`);
  if (ArrayBufferPrototypeGetResizable(buffer)) throw new ConversionError(`${what} must not be a resizable ArrayBuffer, or a view of one.`);
}

/// BufferSource: whether it is one. Throws for memory that other threads may write to, or whose size can change.
function isBufferSource(value, what) {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBufferIsView(value)) {
    const isTyped = TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined;
    requireFixed(isTyped ? TypedArrayPrototypeGetBuffer(value) : DataViewPrototypeGetBuffer(value), what);
    return true;
  }
  if (!finds(ArrayBufferPrototypeGetByteLength, value)) {
    if (isShared(value)) requireFixed(value, what);
    return false;
  }
  requireFixed(value, what);
  return true;
}

/// The bytes of one as they are now, not copied; none when it is detached.
function viewOf(source) {
  if (!ArrayBufferIsView(source)) return ArrayBufferPrototypeGetDetached(source) ? new Uint8Array(0) : new Uint8Array(source);
  if (TypedArrayPrototypeGetSymbolToStringTag(source) !== undefined) {
    const length = TypedArrayPrototypeGetByteLength(source);
    if (length === 0) return new Uint8Array(0);
    return new Uint8Array(TypedArrayPrototypeGetBuffer(source), TypedArrayPrototypeGetByteOffset(source), length);
  }
  if (ArrayBufferPrototypeGetDetached(DataViewPrototypeGetBuffer(source))) return new Uint8Array(0);
  return new Uint8Array(DataViewPrototypeGetBuffer(source), DataViewPrototypeGetByteOffset(source), DataViewPrototypeGetByteLength(source));
}

module.exports = {
  isBufferSource, listFrom, toByteString, toClampedLong, toDictionary, toEnum, toLong, toSequence, toShort, viewOf,
};
