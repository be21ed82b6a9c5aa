// Buffers and their views for structuredClone(). Views that share a buffer share its clone.
'use strict';

const {
  ArrayBuffer, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeGetMaxByteLength,
  ArrayBufferPrototypeGetResizable, ArrayBufferPrototypeResize, DataView, DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, SharedArrayBufferPrototypeGetByteLength,
  TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeKeys, TypedArrayPrototypeSet, Uint8Array,
} = primordials;
const { kind, typedArrays } = require('clone_kinds');
const { dataCloneError, uncloneable } = require('clone_messages');
const { finds } = require('slots');

/// Stands in the clone for a transferred buffer, or a view of one, until the transfer is made: that is the last step, and what went
/// wrong before it leaves the program's buffers as they were.
class Pending {
  #build;
  value = undefined;
  transfer = undefined; // how it is transferred, if it is no buffer: see platform_objects.js

  constructor(build) {
    this.#build = build;
  }

  /// To be called in the order of creation, so that a buffer is there before its views.
  settle() {
    this.value = this.#build();
  }

  static is(value) {
    return typeof value === 'object' && value !== null && #build in value;
  }
}

const isShared = (buffer) =>
  SharedArrayBufferPrototypeGetByteLength !== undefined && finds(SharedArrayBufferPrototypeGetByteLength, buffer);

function cloneArrayBuffer(buffer, memory) {
  if (ArrayBufferPrototypeGetDetached(buffer)) throw dataCloneError('An ArrayBuffer is detached and could not be cloned.');
  const size = ArrayBufferPrototypeGetByteLength(buffer);
  const copy = ArrayBufferPrototypeGetResizable(buffer) ?
    new ArrayBuffer(size, { __proto__: null, maxByteLength: ArrayBufferPrototypeGetMaxByteLength(buffer) }) : new ArrayBuffer(size);
  TypedArrayPrototypeSet(new Uint8Array(copy), new Uint8Array(buffer));
  memory.set(buffer, copy);
  return copy;
}

// Memory that is shared stays shared.
const cloneOfBuffer = (buffer, memory) =>
  memory.get(buffer) ?? (isShared(buffer) ? buffer : cloneArrayBuffer(buffer, memory));

// ---- views ----------------------------------------------------------------------------------------------------------

// Fails where there is little stack left. Its calls are no tail calls, which would take none.
function requireStack(frames) {
  if (frames > 0) requireStack(frames - 1);
}

// A view without a length of its own follows the size of its buffer. Only a change of the size tells it from one whose length is as
// large as fits; so the size is changed, looked at, and changed back before anybody can see it.
function followsSize(buffer, end, unit, lengthNow, isInside) {
  if (isShared(buffer) || !ArrayBufferPrototypeGetResizable(buffer)) return false;
  const size = ArrayBufferPrototypeGetByteLength(buffer);
  if (end + unit <= size) return false;
  requireStack(100); // nothing may fail between the two changes
  if (size + unit <= ArrayBufferPrototypeGetMaxByteLength(buffer)) {
    const before = lengthNow();
    ArrayBufferPrototypeResize(buffer, size + unit);
    const follows = lengthNow() !== before;
    ArrayBufferPrototypeResize(buffer, size);
    return follows;
  }
  if (lengthNow() === 0) return false; // and it cannot grow: no difference
  const kept = new Uint8Array(new Uint8Array(buffer, size - unit));
  ArrayBufferPrototypeResize(buffer, size - unit);
  const follows = isInside();
  ArrayBufferPrototypeResize(buffer, size);
  TypedArrayPrototypeSet(new Uint8Array(buffer), kept, size - unit);
  return follows;
}

function rebuild(View, buffer, offset, length, memory, source) {
  const target = cloneOfBuffer(buffer, memory);
  const make = (over) => (length === undefined ? new View(over, offset) : new View(over, offset, length));
  const copy = Pending.is(target) ? new Pending(() => make(target.value)) : make(target);
  memory.set(source, copy);
  return copy;
}

/// { buffer, offset, length } of a view; no length when it follows the size of its buffer.
function viewFacts(source, which) {
  return which === kind.dataView ? dataViewFacts(source) : typedArrayFacts(source, typedArrays[which - kind.typedArray]);
}

function typedArrayFacts(source, View) {
  const buffer = TypedArrayPrototypeGetBuffer(source);
  const length = TypedArrayPrototypeGetLength(source);
  const offset = TypedArrayPrototypeGetByteOffset(source);
  // Nothing is left of a view of a detached buffer either, but that has a message of its own.
  if (length === 0 && !finds(TypedArrayPrototypeKeys, source)) {
    if (!isShared(buffer) && !ArrayBufferPrototypeGetDetached(buffer)) throw uncloneable(source);
    return { buffer, offset: 0, length: 0 };
  }
  const end = offset + TypedArrayPrototypeGetByteLength(source);
  const follows = followsSize(buffer, end, View.BYTES_PER_ELEMENT, () => TypedArrayPrototypeGetLength(source),
    () => finds(TypedArrayPrototypeKeys, source));
  return { buffer, offset, length: follows ? undefined : length };
}

function dataViewFacts(source) {
  const buffer = DataViewPrototypeGetBuffer(source);
  if (!finds(DataViewPrototypeGetByteLength, source)) {
    if (!isShared(buffer) && !ArrayBufferPrototypeGetDetached(buffer)) throw uncloneable(source);
    return { buffer, offset: 0, length: 0 };
  }
  const length = DataViewPrototypeGetByteLength(source);
  const offset = DataViewPrototypeGetByteOffset(source);
  const follows = followsSize(buffer, offset + length, 1, () => DataViewPrototypeGetByteLength(source),
    () => finds(DataViewPrototypeGetByteLength, source));
  return { buffer, offset, length: follows ? undefined : length };
}

function cloneTypedArray(source, number, memory) {
  const View = typedArrays[number];
  const { buffer, offset, length } = typedArrayFacts(source, View);
  return rebuild(View, buffer, offset, length, memory, source);
}

function cloneDataView(source, memory) {
  const { buffer, offset, length } = dataViewFacts(source);
  return rebuild(DataView, buffer, offset, length, memory, source);
}

module.exports = { Pending, cloneArrayBuffer, cloneDataView, cloneTypedArray, viewFacts };
