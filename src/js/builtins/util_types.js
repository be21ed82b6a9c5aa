// `util.types` and the brand checks other built-ins share. No check here runs user code: each asks for an internal slot
// through a method that reads nothing else, and proxies are recognised before a prototype is followed. Kinds without
// such a method (generators, iterators, async functions) are told by their prototype chain, which
// `Object.setPrototypeOf` can deceive.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, BigIntPrototypeValueOf, BooleanPrototypeValueOf,
  DataViewPrototypeGetByteLength, DatePrototypeGetTime, Error, Map, MapPrototypeGetSize, NumberPrototypeValueOf,
  ObjectGetPrototypeOf, ObjectPrototypeToString, ReflectGetOwnPropertyDescriptor, RegExp, RegExpPrototypeGetSource,
  Set, SetPrototypeGetSize, SharedArrayBufferPrototypeGetByteLength, StringPrototypeValueOf, SymbolIterator,
  SymbolPrototypeValueOf, SymbolToStringTag, TypedArrayPrototypeGetSymbolToStringTag, WeakMapPrototypeHas,
  WeakSetPrototypeHas,
} = primordials;
const { finds } = require('slots');

const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';

const hasSlot = (read) => (v) => typeof v === 'object' && v !== null && finds(read, v);

const isProxy = (v) => isObject(v) && native.proxyTarget(v) !== undefined;

// Follows the prototypes as long as that cannot call a trap.
const inherits = (prototype) => (v) => {
  if (!isObject(v)) return false;
  for (let o = v; o !== null && !isProxy(o);) {
    o = ObjectGetPrototypeOf(o);
    if (o === prototype) return true;
  }
  return false;
};

// True when looking up `key` from `v` could not call a getter or trap, because no object on the way has it.
const lacks = (v, key) => {
  for (let o = v; o !== null; o = ObjectGetPrototypeOf(o)) {
    if (isProxy(o) || ReflectGetOwnPropertyDescriptor(o, key) !== undefined) return false;
  }
  return true;
};

const errorByChain = inherits(Error.prototype);

// Object.prototype.toString knows the class of a value, but only an absent Symbol.toStringTag keeps it from running
// user code. With a tag in the way, an own `stack` and the prototype chain decide.
const isNativeError = (v) => {
  if (typeof v !== 'object' || v === null || isProxy(v)) return false;
  if (lacks(v, SymbolToStringTag)) return ObjectPrototypeToString(v) === '[object Error]';
  return errorByChain(v) && ReflectGetOwnPropertyDescriptor(v, 'stack') !== undefined;
};

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
const generator = inherits(ObjectGetPrototypeOf(function* () {}).prototype);
const asyncGenerator = inherits(ObjectGetPrototypeOf(async function* () {}).prototype);

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
  isMapIterator: inherits(ObjectGetPrototypeOf(new Map()[SymbolIterator]())),
  isSetIterator: inherits(ObjectGetPrototypeOf(new Set()[SymbolIterator]())),
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
