// Deep equality for assert and util.isDeepStrictEqual; follows Node's rules, measured case by case. Comparing runs user
// code on purpose (getters, proxies); the kind of a value is still decided by its brand, not its tags.
'use strict';

const {
  Array, ArrayIsArray, ArrayPrototypePush, BigIntPrototypeValueOf, BooleanPrototypeValueOf, DatePrototypeGetTime, Map,
  MapPrototypeDelete, MapPrototypeForEach, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas, MapPrototypeSet,
  NumberPrototypeValueOf, ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIs, ObjectKeys,
  ObjectPrototypePropertyIsEnumerable, ObjectPrototypeToString, RegExpPrototypeGetFlags, RegExpPrototypeGetSource,
  SetPrototypeForEach, SetPrototypeGetSize, SetPrototypeHas, StringPrototypeCharCodeAt, StringPrototypeValueOf,
  SymbolPrototypeValueOf, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array,
  DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset,
} = primordials;
const types = require('util_types');
const known = require('url_href');

// Where we are inside `a` and `b`: object -> depth. Meeting an object again is equal only at equal depths on both
// sides.
class Trail {
  constructor() {
    this.a = new Map();
    this.b = new Map();
    this.depth = 0;
  }
}

// `strict` is true, false, or this: strict, but whatever the prototypes.
const kSkipPrototype = { __proto__: null };

const isPrimitive = (v) => v === null || typeof v !== 'object';

function equal(a, b, strict, trail) {
  if (a === b) return a !== 0 || !strict || ObjectIs(a, b);
  if (strict) {
    if (isPrimitive(a) || isPrimitive(b)) return ObjectIs(a, b);
    if (strict !== kSkipPrototype && !sameType(a, b)) return false;
  } else if (isPrimitive(a) || isPrimitive(b)) {
    return isPrimitive(a) && isPrimitive(b) && (a == b || (a !== a && b !== b));
  }
  if (ObjectPrototypeToString(a) !== ObjectPrototypeToString(b)) return false;

  if (ArrayIsArray(a)) {
    return ArrayIsArray(b) && a.length === b.length && within(a, b, strict, trail, compareItems);
  }
  if (ArrayIsArray(b)) return false;
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (kind !== undefined && !kind(a, b, strict)) return false;
  return within(a, b, strict, trail, MapPrototypeGet(contents, kind));
}

// The same prototype, or one constructor reached through different prototypes.
function sameType(a, b) {
  if (ObjectGetPrototypeOf(a) === ObjectGetPrototypeOf(b)) return true;
  return !ObjectHasOwn(a, 'constructor') && !ObjectHasOwn(b, 'constructor') && a.constructor !== undefined &&
    a.constructor === b.constructor;
}

// ---- kinds with inner state -----------------------------------------------------------------------------------------
// Each compares what own properties do not show; the function itself stands for the kind.

const dates = (a, b) => ObjectIs(DatePrototypeGetTime(a), DatePrototypeGetTime(b));

const regExps = (a, b) => RegExpPrototypeGetSource(a) === RegExpPrototypeGetSource(b) &&
  RegExpPrototypeGetFlags(a) === RegExpPrototypeGetFlags(b) && a.lastIndex === b.lastIndex;

const numbers = (a, b) => ObjectIs(NumberPrototypeValueOf(a), NumberPrototypeValueOf(b));
const strings = (a, b) => StringPrototypeValueOf(a) === StringPrototypeValueOf(b);
const booleans = (a, b) => BooleanPrototypeValueOf(a) === BooleanPrototypeValueOf(b);
const bigints = (a, b) => BigIntPrototypeValueOf(a) === BigIntPrototypeValueOf(b);
const symbols = (a, b) => SymbolPrototypeValueOf(a) === SymbolPrototypeValueOf(b);

// The parts of an error that are compared although they are not enumerable; `cause` and `errors` go deep.
const errors = (a, b) => a.message === b.message && a.name === b.name;

function sameBytes(a, b) {
  if (TypedArrayPrototypeGetLength(a) !== TypedArrayPrototypeGetLength(b)) return false;
  for (let i = 0, n = TypedArrayPrototypeGetLength(a); i < n; i++) if (a[i] !== b[i]) return false;
  return true;
}

const buffers = (a, b) => sameBytes(new Uint8Array(a), new Uint8Array(b));

const bytesOfView = (v) => new Uint8Array(
  DataViewPrototypeGetBuffer(v), DataViewPrototypeGetByteOffset(v), DataViewPrototypeGetByteLength(v));
const dataViews = (a, b) => sameBytes(bytesOfView(a), bytesOfView(b));

const bytesOfArray = (v) => new Uint8Array(
  TypedArrayPrototypeGetBuffer(v), TypedArrayPrototypeGetByteOffset(v), TypedArrayPrototypeGetByteLength(v));

function typedArrays(a, b, strict) {
  const tag = TypedArrayPrototypeGetSymbolToStringTag(a);
  if (tag !== TypedArrayPrototypeGetSymbolToStringTag(b)) return false;
  // Loosely, floats are numbers (0 is -0, NaN is nothing); strictly they are their bits.
  const floats = tag === 'Float32Array' || tag === 'Float64Array' || tag === 'Float16Array';
  return !strict && floats ? sameBytes(a, b) : sameBytes(bytesOfArray(a), bytesOfArray(b));
}

const sets = (a, b) => SetPrototypeGetSize(a) === SetPrototypeGetSize(b);
const maps = (a, b) => MapPrototypeGetSize(a) === MapPrototypeGetSize(b);

const urls = (a, b) => known.hrefOf(a) === known.hrefOf(b);

// Nothing of these can be looked at, so they equal only themselves.
const opaque = () => false;

function kindOf(v) {
  if (types.isTypedArray(v)) return typedArrays;
  if (types.isDate(v)) return dates;
  if (types.isRegExp(v)) return regExps;
  if (types.isMap(v)) return maps;
  if (types.isSet(v)) return sets;
  if (types.isNativeError(v)) return errors;
  if (types.isNumberObject(v)) return numbers;
  if (types.isStringObject(v)) return strings;
  if (types.isBooleanObject(v)) return booleans;
  if (types.isBigIntObject(v)) return bigints;
  if (types.isSymbolObject(v)) return symbols;
  if (types.isDataView(v)) return dataViews;
  if (types.isAnyArrayBuffer(v)) return buffers;
  if (known.hrefOf(v) !== undefined) return urls;
  if (types.isWeakMap(v) || types.isWeakSet(v) || types.isPromise(v)) return opaque;
  return undefined;
}

// ---- own properties and contents ------------------------------------------------------------------------------------

function isIndex(key, length) {
  const first = StringPrototypeCharCodeAt(key, 0);
  return first >= 48 && first <= 57 && `${key >>> 0}` === key && key >>> 0 < length;
}

// Own enumerable keys; the elements of arrays are compared apart, so their indexes are left out.
function ownKeys(object, withoutIndexes) {
  const keys = ObjectKeys(object);
  if (!withoutIndexes) return keys;
  const named = [];
  for (let i = 0; i < keys.length; i++) if (!isIndex(keys[i], object.length)) ArrayPrototypePush(named, keys[i]);
  return named;
}

function enumerableSymbols(object) {
  const all = ObjectGetOwnPropertySymbols(object);
  const kept = [];
  for (let i = 0; i < all.length; i++) {
    if (ObjectPrototypePropertyIsEnumerable(object, all[i])) ArrayPrototypePush(kept, all[i]);
  }
  return kept;
}

function within(a, b, strict, trail, compareContents) {
  const indexed = compareContents === compareItems || types.isTypedArray(a);
  const keys = ownKeys(a, indexed);
  if (keys.length !== ownKeys(b, indexed).length) return false;
  for (let i = 0; i < keys.length; i++) {
    if (!ObjectHasOwn(b, keys[i]) || !ObjectPrototypePropertyIsEnumerable(b, keys[i])) return false;
  }
  if (strict) {
    const marks = enumerableSymbols(a);
    if (marks.length !== enumerableSymbols(b).length) return false;
    for (let i = 0; i < marks.length; i++) {
      if (!ObjectPrototypePropertyIsEnumerable(b, marks[i])) return false;
      ArrayPrototypePush(keys, marks[i]);
    }
  }
  if (keys.length === 0 && compareContents === undefined) return true;

  const depthA = MapPrototypeGet(trail.a, a);
  const depthB = MapPrototypeGet(trail.b, b);
  if (depthA !== undefined || depthB !== undefined) return depthA === depthB;
  MapPrototypeSet(trail.a, a, trail.depth);
  MapPrototypeSet(trail.b, b, trail.depth);
  trail.depth++;
  let same = compareContents === undefined || compareContents(a, b, strict, trail);
  for (let i = 0; same && i < keys.length; i++) same = equal(a[keys[i]], b[keys[i]], strict, trail);
  trail.depth--;
  MapPrototypeDelete(trail.a, a);
  MapPrototypeDelete(trail.b, b);
  return same;
}

function compareItems(a, b, strict, trail) {
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    // A hole is not an element that is undefined.
    if ((x === undefined || y === undefined) && ObjectHasOwn(a, i) !== ObjectHasOwn(b, i)) return false;
    if (!equal(x, y, strict, trail)) return false;
  }
  return true;
}

function compareCauses(a, b, strict, trail) {
  return compareOwn(a, b, 'cause', strict, trail) && compareOwn(a, b, 'errors', strict, trail);
}

function compareOwn(a, b, key, strict, trail) {
  if (ObjectHasOwn(a, key) !== ObjectHasOwn(b, key)) return false;
  return !ObjectHasOwn(a, key) || equal(a[key], b[key], strict, trail);
}

// Pairs up what identity could not: each left-over of `a` takes the first left-over of `b` it equals.
function pairUp(restA, restB, matches) {
  const taken = new Array(restB.length);
  for (let i = 0; i < restA.length; i++) {
    let at = 0;
    while (at < restB.length && (taken[at] || !matches(restA[i], restB[at]))) at++;
    if (at === restB.length) return false;
    taken[at] = true;
  }
  return true;
}

function compareSets(a, b, strict, trail) {
  const restA = [];
  const restB = [];
  let hopeless = false;
  SetPrototypeForEach(a, (value) => {
    if (SetPrototypeHas(b, value)) return;
    if (strict && isPrimitive(value)) hopeless = true;
    ArrayPrototypePush(restA, value);
  });
  if (hopeless) return false;
  if (restA.length === 0) return true;
  SetPrototypeForEach(b, (value) => {
    if (!SetPrototypeHas(a, value)) ArrayPrototypePush(restB, value);
  });
  return pairUp(restA, restB, (x, y) => equal(x, y, strict, trail));
}

function compareMaps(a, b, strict, trail) {
  const restA = [];
  const matched = new Map();
  let hopeless = false;
  MapPrototypeForEach(a, (value, key) => {
    if (hopeless) return;
    if (MapPrototypeHas(b, key) && equal(value, MapPrototypeGet(b, key), strict, trail)) {
      MapPrototypeSet(matched, key, true);
      return;
    }
    if (strict && isPrimitive(key)) hopeless = true;
    ArrayPrototypePush(restA, { key, value });
  });
  if (hopeless) return false;
  if (restA.length === 0) return true;
  const restB = [];
  MapPrototypeForEach(b, (value, key) => {
    if (!MapPrototypeHas(matched, key)) ArrayPrototypePush(restB, { key, value });
  });
  return pairUp(restA, restB, (x, y) => equal(x.key, y.key, strict, trail) && equal(x.value, y.value, strict, trail));
}

const contents = new Map();
MapPrototypeSet(contents, sets, compareSets);
MapPrototypeSet(contents, maps, compareMaps);
MapPrototypeSet(contents, errors, compareCauses);

module.exports = {
  isDeepEqual: (a, b) => equal(a, b, false, new Trail()),
  isDeepStrictEqual: (a, b, options) => equal(a, b, options?.skipPrototype ? kSkipPrototype : true, new Trail()),
  // For partial_equal.js; a kind is named by its function.
  Trail, enumerableSymbols, isPrimitive, kindOf, kinds: { __proto__: null, buffers, dataViews, errors, maps, sets, typedArrays }, ownKeys,
};
