// `util.types` and the brand checks other built-ins share. No check here runs user code: each asks for an internal slot
// through a method that reads nothing else, and proxies are recognised before a prototype is followed. Kinds without
// such a method (generators, iterators, async functions) are told by their prototype chain, which
// `Object.setPrototypeOf` can deceive.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, AsyncGeneratorPrototype, BigIntPrototypeValueOf,
  BooleanPrototypeValueOf, DataViewPrototypeGetByteLength, DatePrototypeGetTime, GeneratorPrototype, Map,
  MapPrototypeEntries, MapPrototypeGetSize, NumberPrototypeValueOf, ObjectGetPrototypeOf, ObjectPrototypeToString, RegExp,
  RegExpPrototypeGetSource, Set, SetPrototypeGetSize, SetPrototypeValues, SharedArrayBufferPrototypeGetByteLength, StringPrototypeValueOf,
  SymbolPrototypeValueOf, SymbolToStringTag, TypedArrayPrototypeGetSymbolToStringTag,
  WeakMapPrototypeHas, WeakSetPrototypeHas,
} = primordials;
const { inherits, isNativeError, isProxy, lacks } = require('native_error');
const { finds } = require('slots');

const hasSlot = (read) => (v) => typeof v === 'object' && v !== null && finds(read, v);

const isArgumentsObject = (v) => typeof v === 'object' && v !== null && !isProxy(v) &&
  lacks(v, SymbolToStringTag) && ObjectPrototypeToString(v) === '[object Arguments]';

const isPromise = (v) => {
  if (typeof v !== 'object' || v === null || isProxy(v)) return false;
  const state = native.promiseState(v);
  return state === 0 || state === 1 || state === 2;
};

const isArrayBuffer = hasSlot(ArrayBufferPrototypeGetByteLength);
const isSharedArrayBuffer = SharedArrayBufferPrototypeGetByteLength === undefined ?
  () => false : hasSlot(SharedArrayBufferPrototypeGetByteLength);
const isNumberObject = hasSlot(NumberPrototypeValueOf);
const isStringObject = hasSlot(StringPrototypeValueOf);
const isBooleanObject = hasSlot(BooleanPrototypeValueOf);
const isBigIntObject = hasSlot(BigIntPrototypeValueOf);
const isSymbolObject = hasSlot(SymbolPrototypeValueOf);
const isTypedArray = (v) => TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined;

const asyncFunction = inherits(ObjectGetPrototypeOf(async function () {}));
const asyncGeneratorFunction = inherits(ObjectGetPrototypeOf(async function* () {}));
const generatorFunction = inherits(ObjectGetPrototypeOf(function* () {}));
const generator = inherits(GeneratorPrototype);
const asyncGenerator = inherits(AsyncGeneratorPrototype);

const types = {
  isExternal: () => false,
  isDate: hasSlot(DatePrototypeGetTime),
  isArgumentsObject,
  isBigIntObject,
  isBooleanObject,
  isNumberObject,
  isStringObject,
  isSymbolObject,
  isBoxedPrimitive: (v) =>
    isNumberObject(v) || isStringObject(v) || isBooleanObject(v) || isBigIntObject(v) || isSymbolObject(v),
  isNativeError,
  // RegExp.prototype answers for `source` without being a regular expression.
  isRegExp: ((check) => (v) => v !== RegExp.prototype && check(v))(hasSlot(RegExpPrototypeGetSource)),
  isAsyncFunction: (v) => typeof v === 'function' && (asyncFunction(v) || asyncGeneratorFunction(v)),
  isGeneratorFunction: (v) => typeof v === 'function' && (generatorFunction(v) || asyncGeneratorFunction(v)),
  isGeneratorObject: (v) => typeof v === 'object' && (generator(v) || asyncGenerator(v)),
  isPromise,
  isMap: hasSlot(MapPrototypeGetSize),
  isSet: hasSlot(SetPrototypeGetSize),
  isMapIterator: inherits(ObjectGetPrototypeOf(MapPrototypeEntries(new Map()))),
  isSetIterator: inherits(ObjectGetPrototypeOf(SetPrototypeValues(new Set()))),
  isWeakMap: hasSlot((v) => WeakMapPrototypeHas(v, v)),
  isWeakSet: hasSlot((v) => WeakSetPrototypeHas(v, v)),
  isArrayBuffer,
  isSharedArrayBuffer,
  isAnyArrayBuffer: (v) => isArrayBuffer(v) || isSharedArrayBuffer(v),
  isArrayBufferView: (v) => ArrayBufferIsView(v),
  isDataView: hasSlot(DataViewPrototypeGetByteLength),
  isModuleNamespaceObject: (v) => native.isModuleNamespace !== undefined && native.isModuleNamespace(v),
  isProxy,
  isTypedArray,
};

const elementTypes = [
  'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array',
  'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];
for (let i = 0; i < elementTypes.length; i++) {
  const name = elementTypes[i];
  types[`is${name}`] = (v) => TypedArrayPrototypeGetSymbolToStringTag(v) === name;
}

module.exports = types;
