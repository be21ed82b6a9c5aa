// Bytes that never change, as a list of pieces: what Blobs and the bodies of messages are made of. A part of one shares its pieces, so neither
// slicing nor joining copies bytes. No program ever gets hold of a piece.
//
// A record: `size`, `pieces` (Uint8Arrays of ours, none empty), `ends` (where each piece ends, counted from the start of all).
'use strict';

const {
  MathMin, RangeError, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array,
  safeArray,
} = primordials;
const { checkBytes } = require('utf8');

// Smaller pieces are copied together: a blob that was appended to a million times must not have a million pieces.
const kSmall = 4096;
// So much is copied together at most.
const kJoined = 65536;
// A blob made of itself, again and again, doubles its pieces each time; these are 4 GiB at least.
const kPiecesMax = 2 ** 20;

const part = (bytes, from, to) =>
  new Uint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + from, to - from);

/// A list of `size` bytes to which pieces are added in order.
const empty = () => ({ __proto__: null, size: 0, pieces: safeArray(), ends: safeArray() });

function push(list, bytes) {
  if (list.pieces.length === kPiecesMax) throw new RangeError(`Bytes in more than ${kPiecesMax} pieces`);
  list.size += TypedArrayPrototypeGetLength(bytes);
  list.pieces.push(bytes);
  list.ends.push(list.size);
}

/// Makes a list. Nothing of the program may run between lend() and finish(): what is lent is copied late.
class Builder {
  #list = empty();
  #small = safeArray();
  #smallSize = 0;

  /// Bytes that belong to us from now on.
  give(bytes) { this.#add(bytes, true); }

  /// Bytes of somebody else's.
  lend(bytes) { this.#add(bytes, false); }

  /// Another list.
  share(list) {
    for (let i = 0; i < list.pieces.length; i++) this.#add(list.pieces[i], true);
  }

  #add(bytes, isOurs) {
    const length = TypedArrayPrototypeGetLength(bytes);
    if (length === 0) return;
    if (length < kSmall) {
      if (this.#smallSize + length > kJoined) this.#flush();
      this.#small.push(bytes);
      this.#smallSize += length;
      return;
    }
    this.#flush();
    if (!isOurs) checkBytes(length);
    push(this.#list, isOurs ? bytes : new Uint8Array(bytes));
  }

  #flush() {
    if (this.#smallSize === 0) return;
    checkBytes(this.#smallSize);
    const joined = new Uint8Array(this.#smallSize);
    let at = 0;
    for (let i = 0; i < this.#small.length; i++) {
      TypedArrayPrototypeSet(joined, this.#small[i], at);
      at += TypedArrayPrototypeGetLength(this.#small[i]);
    }
    push(this.#list, joined);
    this.#small = safeArray();
    this.#smallSize = 0;
  }

  finish() {
    this.#flush();
    return this.#list;
  }
}

/// A list of bytes that belong to us.
function fromBytes(bytes) {
  const list = empty();
  if (TypedArrayPrototypeGetLength(bytes) > 0) push(list, bytes);
  return list;
}

// The index of the piece that byte `at` is in; logarithmic in their number.
function find(list, at) {
  let low = 0;
  let high = list.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list.ends[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/// Calls visit(bytes) with what is in [from, to), piece by piece.
function walk(list, from, to, visit) {
  for (let i = find(list, from); from < to; i++) {
    const bytes = list.pieces[i];
    const length = TypedArrayPrototypeGetLength(bytes);
    const start = list.ends[i] - length;
    const end = MathMin(to, list.ends[i]);
    visit(from === start && end === list.ends[i] ? bytes : part(bytes, from - start, end - start));
    from = end;
  }
}

/// The list of what is in [from, to); 0 <= from <= to <= size.
function slice(list, from, to) {
  if (from === 0 && to === list.size) return list;
  const sliced = empty();
  walk(list, from, to, (bytes) => push(sliced, bytes));
  return sliced;
}

/// What is in [from, to) in a buffer of its own, which a program may have.
function copy(list, from, to) {
  checkBytes(to - from);
  const bytes = new Uint8Array(to - from);
  let at = 0;
  walk(list, from, to, (piece) => {
    TypedArrayPrototypeSet(bytes, piece, at);
    at += TypedArrayPrototypeGetLength(piece);
  });
  return bytes;
}

/// All bytes in one array, to be read only: no copy when there is one piece.
const view = (list) => (list.pieces.length === 1 ? list.pieces[0] : copy(list, 0, list.size));

module.exports = { Builder, copy, empty, fromBytes, part, slice, view };
