// assert.partialDeepStrictEqual: as deep strict equality, but `actual` may have more than `expected` asks for: more properties, more entries of a
// map or set, more elements of an array between those expected, which keep their order.
'use strict';

const {
  Array, ArrayIsArray, ArrayPrototypePush, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, MapPrototypeDelete,
  MapPrototypeForEach, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas, MapPrototypeSet, ObjectHasOwn, ObjectIs,
  ObjectPrototypePropertyIsEnumerable, ObjectPrototypeToString, SetPrototypeForEach, SetPrototypeGetSize, SetPrototypeHas,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array,
} = primordials;
const { Trail, enumerableSymbols, isPrimitive, kindOf, kinds, ownKeys } = require('deep_equal');

function partial(a, b, trail) {
  if (isPrimitive(a) || isPrimitive(b)) return ObjectIs(a, b);
  if (a === b) return true;
  if (ObjectPrototypeToString(a) !== ObjectPrototypeToString(b) || ArrayIsArray(a) !== ArrayIsArray(b)) return false;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (!exactPart(a, b, kind)) return false;

  // As in deep equality: an object met again must have been met at the same depth on the other side.
  const depthA = MapPrototypeGet(trail.a, a);
  const depthB = MapPrototypeGet(trail.b, b);
  if (depthA !== undefined || depthB !== undefined) return depthA === depthB;
  MapPrototypeSet(trail.a, a, trail.depth);
  MapPrototypeSet(trail.b, b, trail.depth++);
  const same = contents(a, b, kind, trail) && properties(a, b, ArrayIsArray(b) || kind === kinds.typedArrays, trail);
  trail.depth--;
  MapPrototypeDelete(trail.a, a);
  MapPrototypeDelete(trail.b, b);
  return same;
}

const bytesOf = (value, kind) => kind === kinds.buffers ? new Uint8Array(value) :
  new Uint8Array(DataViewPrototypeGetBuffer(value), DataViewPrototypeGetByteOffset(value), DataViewPrototypeGetByteLength(value));

// What own properties do not show and what has no parts of its own.
function exactPart(a, b, kind) {
  switch (kind) {
    case undefined: return true;
    case kinds.maps: return MapPrototypeGetSize(a) >= MapPrototypeGetSize(b);
    case kinds.sets: return SetPrototypeGetSize(a) >= SetPrototypeGetSize(b);
    case kinds.typedArrays:
      return TypedArrayPrototypeGetSymbolToStringTag(a) === TypedArrayPrototypeGetSymbolToStringTag(b) && sequence(a, b, ObjectIs);
    case kinds.buffers: case kinds.dataViews: return sequence(bytesOf(a, kind), bytesOf(b, kind), ObjectIs);
    default: return kind(a, b, true);
  }
}

// Every element of `b` is found in `a`, in this order; the first that fits is taken.
function sequence(a, b, fits) {
  const lengthA = ArrayIsArray(a) ? a.length : TypedArrayPrototypeGetLength(a);
  const lengthB = ArrayIsArray(b) ? b.length : TypedArrayPrototypeGetLength(b);
  for (let i = 0, j = 0; j < lengthB; i++, j++) {
    if (lengthA - i < lengthB - j) return false;
    while (!fits(a[i], b[j])) if (lengthA - ++i < lengthB - j) return false;
  }
  return true;
}

function contents(a, b, kind, trail) {
  if (ArrayIsArray(b)) return sequence(a, b, (x, y) => partial(x, y, trail));
  if (kind === kinds.sets) return sets(a, b, trail);
  if (kind === kinds.maps) return maps(a, b, trail);
  if (kind === kinds.errors) return hiddenPart(a, b, 'cause', trail) && hiddenPart(a, b, 'errors', trail);
  return true;
}

function hiddenPart(a, b, key, trail) {
  return !ObjectHasOwn(b, key) || (ObjectHasOwn(a, key) && partial(a[key], b[key], trail));
}

function properties(a, b, withoutIndexes, trail) {
  const keys = ownKeys(b, withoutIndexes);
  const symbols = enumerableSymbols(b);
  for (let i = 0; i < symbols.length; i++) ArrayPrototypePush(keys, symbols[i]);
  for (let i = 0; i < keys.length; i++) {
    if (!ObjectPrototypePropertyIsEnumerable(a, keys[i]) || !partial(a[keys[i]], b[keys[i]], trail)) return false;
  }
  return true;
}

// Each of `wanted` takes one of `offered` for itself.
function pick(offered, wanted, fits) {
  const taken = new Array(offered.length);
  for (let i = 0; i < wanted.length; i++) {
    let at = 0;
    while (at < offered.length && (taken[at] || !fits(offered[at], wanted[i]))) at++;
    if (at === offered.length) return false;
    taken[at] = true;
  }
  return true;
}

function sets(a, b, trail) {
  const offered = [];
  const wanted = [];
  let missing = false;
  SetPrototypeForEach(b, (value) => {
    if (SetPrototypeHas(a, value)) return;
    if (isPrimitive(value)) missing = true;
    ArrayPrototypePush(wanted, value);
  });
  if (missing || wanted.length === 0) return !missing;
  SetPrototypeForEach(a, (value) => { if (!isPrimitive(value) && !SetPrototypeHas(b, value)) ArrayPrototypePush(offered, value); });
  return pick(offered, wanted, (x, y) => partial(x, y, trail));
}

function maps(a, b, trail) {
  const offered = [];
  const wanted = [];
  let missing = false;
  MapPrototypeForEach(b, (value, key) => {
    if (missing || (MapPrototypeHas(a, key) && partial(MapPrototypeGet(a, key), value, trail))) return;
    if (isPrimitive(key)) missing = true;
    ArrayPrototypePush(wanted, { key, value });
  });
  if (missing || wanted.length === 0) return !missing;
  MapPrototypeForEach(a, (value, key) => { if (!isPrimitive(key) && !MapPrototypeHas(b, key)) ArrayPrototypePush(offered, { key, value }); });
  return pick(offered, wanted, (x, y) => partial(x.key, y.key, trail) && partial(x.value, y.value, trail));
}

module.exports = { isPartiallyEqual: (a, b) => partial(a, b, new Trail()) };
