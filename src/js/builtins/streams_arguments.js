// Web IDL conversions of the streams built-ins: dictionaries of functions, strategies, views; and their errors.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeGetResizable,
  ArrayBufferPrototypeTransfer, DataView, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MathTrunc,
  NumberIsFinite, NumberIsNaN, RangeError, SafeMap, TypeError, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, isObject,
} = primordials;
const { ConversionError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, coded } = require('errors');
const { finds } = require('slots');

const ERR_INVALID_STATE = coded(TypeError, 'ERR_INVALID_STATE', (text) => `Invalid state: ${text}`);
const ERR_INVALID_SIZE = coded(RangeError, 'ERR_INVALID_ARG_VALUE', (name, text) => `The ${name} is invalid: ${text}`);

/// Where `undefined` and null mean an empty dictionary.
function requireDictionary(value, name) {
  if (value !== undefined && value !== null && !isObject(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
}

/// Web IDL's `optional object`.
function requireObject(value, name) {
  if (value !== undefined && !isObject(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
}

/// The member of a dictionary, which is a function or absent.
function functionOf(dictionary, key, name) {
  const value = dictionary[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(`${name}.${key}`, 'Function', value);
  return value;
}

/// [EnforceRange] unsigned long long.
function wholeNumberOf(value, name) {
  const number = MathTrunc(+value);
  if (!NumberIsFinite(number) || number < 0 || number > 2 ** 53 - 1) throw new ConversionError(`${name} is outside the range of unsigned long long.`);
  return number + 0; // no negative zero
}

/// A strategy as { highWaterMark, size }, each undefined when absent; members in the order of Web IDL.
function strategyOf(value, name) {
  requireDictionary(value, name);
  if (value === undefined || value === null) return { __proto__: null, highWaterMark: undefined, size: undefined };
  const { highWaterMark } = value;
  const mark = highWaterMark === undefined ? undefined : +highWaterMark; // unrestricted double
  return { __proto__: null, highWaterMark: mark, size: functionOf(value, 'size', name) };
}

/// ExtractHighWaterMark.
function markOf(strategy, fallback) {
  const { highWaterMark } = strategy;
  if (highWaterMark === undefined) return fallback;
  if (NumberIsNaN(highWaterMark) || highWaterMark < 0) throw new ERR_INVALID_SIZE('highWaterMark', `received ${highWaterMark}`);
  return highWaterMark;
}

/// ExtractSizeAlgorithm: null for 1 each.
function sizeOf(strategy) {
  const { size } = strategy;
  return size === undefined ? null : (chunk) => +size(chunk);
}

/// What EnqueueValueWithSize asks of a size.
function checkSize(size) {
  if (NumberIsNaN(size) || size < 0 || size === Infinity) throw new ERR_INVALID_SIZE('size of a chunk', `received ${size}`);
}

// ---- views --------------------------------------------------------------------------------------------------------------

const kinds = new SafeMap(); // by the name of the type: size of an element, constructor
function addKind(name, size) {
  kinds.set(name, { __proto__: null, size, View: primordials[name] });
}
addKind('Int8Array', 1);
addKind('Uint8Array', 1);
addKind('Uint8ClampedArray', 1);
addKind('Int16Array', 2);
addKind('Uint16Array', 2);
addKind('Float16Array', 2);
addKind('Int32Array', 4);
addKind('Uint32Array', 4);
addKind('Float32Array', 4);
addKind('Float64Array', 8);
addKind('BigInt64Array', 8);
addKind('BigUint64Array', 8);

/// What there is to know of a view: its buffer, where it lies in it, and how to make one like it. A view of a shared or a resizable buffer is refused as
/// Web IDL does it.
function describeView(view, name) {
  if (!ArrayBufferIsView(view)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], view);
  const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
  const described = tag === undefined ? describeDataView(view) : describeTypedArray(view, kinds.get(tag));
  requireOwnBuffer(described.buffer, name);
  return described;
}

function describeTypedArray(view, { View, size }) {
  return {
    __proto__: null, buffer: TypedArrayPrototypeGetBuffer(view), byteOffset: TypedArrayPrototypeGetByteOffset(view),
    byteLength: TypedArrayPrototypeGetByteLength(view), elementSize: size, View, length: TypedArrayPrototypeGetLength(view),
  };
}

function describeDataView(view) {
  const buffer = DataViewPrototypeGetBuffer(view);
  const outside = !finds(DataViewPrototypeGetByteLength, view); // detached, or too short by now
  return {
    __proto__: null, buffer, byteOffset: outside ? 0 : DataViewPrototypeGetByteOffset(view),
    byteLength: outside ? 0 : DataViewPrototypeGetByteLength(view), elementSize: 1, View: DataView,
    length: outside ? 0 : DataViewPrototypeGetByteLength(view),
  };
}

function requireOwnBuffer(buffer, name) {
  if (!finds(ArrayBufferPrototypeGetByteLength, buffer)) throw new ERR_INVALID_ARG_VALUE(name, buffer, 'must not be a view of shared memory');
  if (ArrayBufferPrototypeGetResizable(buffer)) throw new ERR_INVALID_ARG_VALUE(name, buffer, 'must not be a view of a resizable buffer');
}

/// TransferArrayBuffer: throws for a buffer that cannot be.
function transferBuffer(buffer) {
  return ArrayBufferPrototypeTransfer(buffer);
}

const rangeError = (name, text) => new ERR_INVALID_SIZE(name, text);

const isDetached = ArrayBufferPrototypeGetDetached;

/// Before memory is taken that a program asked for.
function checkBytes(count) {
  if (native.sandbox !== undefined) native.sandbox.checkBytes(count);
}

module.exports = {
  ERR_INVALID_STATE, checkBytes, checkSize, describeView, functionOf, isDetached, markOf, rangeError, requireDictionary, requireObject, sizeOf,
  strategyOf, transferBuffer, wholeNumberOf,
};
