// What structuredClone() must know of an object before it looks inside: its kind, by internal slot, without running any of its code.
// The engine's own numbers for a kind are learned from objects we make; when they contradict each other, each object is put to every
// test instead, which costs microseconds.
'use strict';

const {
  Array, ArrayBuffer, ArrayBufferIsView, ArrayIsArray, ArrayPrototypeSymbolIterator, BigInt64Array, BigIntPrototypeValueOf,
  BigUint64Array, Boolean, DataView, Date, Error, FinalizationRegistry, Float16Array, Float32Array, Float64Array, Int16Array,
  Int32Array, Int8Array, JSON, Map, Math, Number, Object, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf, ObjectSetPrototypeOf, Promise, Proxy, Reflect, RegExp, SafeMap, SafeSet, Set, SharedArrayBuffer, String,
  StringPrototypeStartsWith, SymbolToStringTag, TypeError, TypedArrayPrototypeGetSymbolToStringTag, Uint16Array, Uint32Array,
  Uint8Array, Uint8ClampedArray, WeakMap, WeakRef, WeakSet, bareArray, globalThis,
} = primordials;
const { finds } = require('slots');

const kind = {
  __proto__: null, uncloneable: 0, plain: 1, array: 2, map: 3, set: 4, date: 5, regExp: 6, error: 7, boolean: 8, number: 9, string: 10,
  bigint: 11, arrayBuffer: 12, sharedArrayBuffer: 13, dataView: 14, typedArray: 15, // and the numbers from there on, one for each type
};
// Arrays without a prototype: a program may have put setters on Array.prototype before we are loaded.
const typedArrays = bareArray();
const allTypes = [
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float16Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array,
];
for (let i = 0; i < allTypes.length; i++) if (allTypes[i] !== undefined) typedArrays[typedArrays.length] = allTypes[i];

const typeNames = bareArray();
for (let i = 0; i < typedArrays.length; i++) typeNames[i] = TypedArrayPrototypeGetSymbolToStringTag(new typedArrays[i]());

const ArrayPrototype = Array.prototype;
const ObjectPrototype = Object.prototype;

// An instance of a subclass. Its constructor is written out: the engine's own would ask Array.prototype for its iterator.
function derived(Base, argument) {
  return new (class extends Base {
    constructor() {
      super(argument);
    }
  })();
}

// Several of a kind must have one number, however they were made.
const samples = ObjectSetPrototypeOf([
  [kind.plain, {}, { a: 1 }, new (class {})(), { __proto__: null }],
  [kind.array, [], [1.5], ['a', 1], derived(Array), new Array(3)],
  [kind.map, new Map(), derived(Map)],
  [kind.set, new Set(), derived(Set)],
  [kind.date, new Date(0), derived(Date, 0)],
  [kind.regExp, /a/, derived(RegExp, 'b')],
  [kind.error, new Error(), new TypeError(), derived(Error)],
  [kind.boolean, new Boolean(true), derived(Boolean)],
  [kind.number, new Number(1), derived(Number)],
  [kind.string, new String('a')],
  [kind.arrayBuffer, new ArrayBuffer(0), new ArrayBuffer(1, { __proto__: null, maxByteLength: 2 })],
  [kind.dataView, new DataView(new ArrayBuffer(1))],
  [kind.uncloneable, new Promise(() => {}), derived(Promise, () => {})],
  [kind.uncloneable, new Proxy({}, {}), new Proxy([], {})],
  [kind.uncloneable, new WeakMap()],
  [kind.uncloneable, new WeakSet()],
], null);
for (let i = 0; i < typedArrays.length; i++) {
  const TypedArray = typedArrays[i];
  samples[samples.length] = [kind.typedArray + i, new TypedArray(), derived(TypedArray, 1)];
}
if (SharedArrayBuffer !== undefined) samples[samples.length] = [kind.sharedArrayBuffer, new SharedArrayBuffer(1)];

function learnKinds() {
  const byType = new SafeMap();
  for (let i = 0; i < samples.length; i++) {
    const type = native.cellType(samples[i][1]);
    if (byType.has(type)) return undefined;
    byType.set(type, samples[i][0]);
    for (let j = 2; j < samples[i].length; j++) if (native.cellType(samples[i][j]) !== type) return undefined;
  }
  // What has slots that no other test asks for must not look like a plain object.
  if (byType.has(native.cellType(new WeakRef({})))) return undefined;
  const table = bareArray();
  for (let type = 0; type < 256; type++) table[type] = byType.get(type);
  return table;
}

// Arrays whose properties are their elements and nothing else, all of them plain data: known by their structure.
function learnSimpleArrays() {
  const structures = new SafeSet();
  const simple = [[], [1], [1.5], ['a'], [{}], new Array(3), new Array(1, 2), new Array({}, 1), new Array(1.5, 2.5)];
  for (let i = 0; i < simple.length; i++) structures.add(native.cellStructure(simple[i]));
  const others = [derived(Array), derived(Array, 3), ObjectDefineProperty([1], 'a', { __proto__: null, value: 1 }),
    ObjectDefineProperty([1], 0, { __proto__: null, enumerable: false }), ObjectDefineProperty([{}], 0, { __proto__: null, get() {} }), {}];
  for (let i = 0; i < others.length; i++) if (structures.has(native.cellStructure(others[i]))) return undefined;
  // Dropped, their numbers could come to mean something else.
  structures.kept = simple;
  return structures;
}

const kinds = learnKinds();
const simpleStructures = kinds === undefined ? undefined : learnSimpleArrays();
// How an object keeps elements when it has none. Array.prototype's is from before any program ran, see bootstrap.js.
const noElements = native.cellElements({});
const noArrayElements = native.arrayPrototypeElements;

/// Reading and storing elements of `array` asks nobody: neither has it accessors, nor would a hole find anything further up.
function isSimpleArray(array) {
  return simpleStructures !== undefined && simpleStructures.has(native.cellStructure(array)) && noElementsAbove();
}

function noElementsAbove() {
  return native.cellElements(ObjectPrototype) === noElements && native.cellElements(ArrayPrototype) === noArrayElements &&
    ObjectGetPrototypeOf(ArrayPrototype) === ObjectPrototype;
}

// Objects of the language that are made like those with slots, and have none.
const namespaces = new SafeSet();
namespaces.add(Math);
namespaces.add(JSON);
namespaces.add(Reflect);
namespaces.add(ObjectPrototype);

function rareKind(value) {
  if (finds(BigIntPrototypeValueOf, value)) return kind.bigint;
  return namespaces.has(value) ? kind.plain : kind.uncloneable;
}

// Without the engine's help, what has slots that no method asks for without changing something is known by what it inherits from.
const withSlots = new SafeSet();
withSlots.add(WeakRef.prototype);
withSlots.add(FinalizationRegistry.prototype);
withSlots.add(ObjectGetPrototypeOf(ObjectGetPrototypeOf(ArrayPrototypeSymbolIterator([])))); // all iterators
function inheritsSlots(value) {
  for (let at = ObjectGetPrototypeOf(value); at !== null && native.proxyTarget(at) === undefined; at = ObjectGetPrototypeOf(at)) {
    if (withSlots.has(at)) return true;
    const tag = ObjectGetOwnPropertyDescriptor(at, SymbolToStringTag);
    if (tag !== undefined && typeof tag.value === 'string' && StringPrototypeStartsWith(tag.value, 'Intl.')) return true;
  }
  return value === globalThis;
}

function testedKind(value) {
  const types = require('util_types');
  if (types.isProxy(value)) return kind.uncloneable;
  if (ArrayIsArray(value)) return kind.array;
  if (types.isMap(value)) return kind.map;
  if (types.isSet(value)) return kind.set;
  if (types.isDate(value)) return kind.date;
  if (types.isRegExp(value)) return kind.regExp;
  if (types.isBooleanObject(value)) return kind.boolean;
  if (types.isNumberObject(value)) return kind.number;
  if (types.isStringObject(value)) return kind.string;
  if (types.isBigIntObject(value)) return kind.bigint;
  if (types.isArrayBuffer(value)) return kind.arrayBuffer;
  if (types.isSharedArrayBuffer(value)) return kind.sharedArrayBuffer;
  if (ArrayBufferIsView(value)) {
    const tag = TypedArrayPrototypeGetSymbolToStringTag(value);
    for (let i = 0; i < typedArrays.length; i++) if (typeNames[i] === tag) return kind.typedArray + i;
    return kind.dataView;
  }
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isSymbolObject(value) ||
      types.isArgumentsObject(value) || inheritsSlots(value)) return kind.uncloneable;
  return types.isNativeError(value) ? kind.error : kind.plain;
}

/// Of an object that is not callable.
function kindOf(value) {
  if (kinds === undefined) return testedKind(value);
  return kinds[native.cellType(value)] ?? rareKind(value);
}

module.exports = { isSimpleArray, kind, kindOf, typedArrays };
