// Copies of the language's own functions, taken before any user code runs, so that built-ins keep working when a program
// replaces or deletes `Array.prototype.push`, `Promise.prototype.then` or every global.
// Names: `TypeMember` for statics, `TypePrototypeMember` for methods with `this` as the first argument,
// `TypePrototypeGetMember` for getters. The list is explicit: start-up pays only for what some built-in uses.
'use strict';

const { bind, call } = Function.prototype;
const uncurry = bind.bind(call);
const getter = (object, key) => uncurry(Reflect.getOwnPropertyDescriptor(object, key).get);
const TypedArray = Reflect.getPrototypeOf(Uint8Array);
const ArrayIteratorPrototype = Reflect.getPrototypeOf(Array.prototype[Symbol.iterator]());
const GeneratorPrototype = Reflect.getPrototypeOf(function* () {}).prototype;
const AsyncGeneratorPrototype = Reflect.getPrototypeOf(async function* () {}).prototype;

const p = primordials;

// Constructors and namespaces as they were.
Object.assign(p, {
  AggregateError, Array, ArrayBuffer, BigInt, BigInt64Array, BigUint64Array, Boolean, DataView, Date, Error, EvalError,
  FinalizationRegistry, Float32Array, Float64Array, Function, Int16Array, Int32Array, Int8Array, JSON, Map, Math, Number, Object, Promise, Proxy, RangeError, ReferenceError, Reflect, RegExp, Set, String, Symbol,
  SyntaxError, TypeError, TypedArray, URIError, Uint16Array, Uint32Array, Uint8Array, Uint8ClampedArray, WeakMap, WeakRef, WeakSet,
  AsyncGeneratorPrototype, GeneratorPrototype, globalThis,
  decodeURIComponent, encodeURIComponent, parseInt, parseFloat, uncurryThis: uncurry, undefined: void 0,
});

// The lists are cut here and not by split(): called as often as that, it would be compiled to machine code, and start-up would wait for the
// engine's compiler and its thread (docs/adr/0017-start-up.md).
for (const [name, holder, keys] of [
  ['Array', Array, 'from isArray of'],
  ['ArrayBuffer', ArrayBuffer, 'isView'],
  ['BigInt', BigInt, 'asIntN'],
  ['Date', Date, 'now'],
  ['JSON', JSON, 'parse stringify'],
  ['Math', Math, 'abs ceil floor log10 max min pow round sign sqrt trunc'],
  ['Number', Number, 'isFinite isInteger isNaN isSafeInteger MAX_SAFE_INTEGER'],
  ['Object', Object, 'assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor ' +
    'getOwnPropertyDescriptors getOwnPropertyNames getOwnPropertySymbols getPrototypeOf hasOwn is isExtensible isFrozen ' +
    'isSealed keys preventExtensions seal setPrototypeOf values'],
  ['Reflect', Reflect, 'apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has ' +
    'ownKeys set setPrototypeOf'],
  ['String', String, 'fromCharCode fromCodePoint raw'],
  ['Uint8Array', Uint8Array, 'fromBase64'],
])
  for (let from = 0, to = 0; to !== -1; from = to + 1) {
    to = keys.indexOf(' ', from);
    const key = keys.slice(from, to === -1 ? keys.length : to);
    p[name + key[0].toUpperCase() + key.slice(1)] = holder[key];
  }

// Promise statics keep their receiver, so a replaced `Promise` does not matter.
for (const key of ['all', 'allSettled', 'any', 'race', 'reject', 'resolve', 'withResolvers'])
  p['Promise' + key[0].toUpperCase() + key.slice(1)] = Promise[key].bind(Promise);

for (const [name, proto, keys] of [
  ['Array', Array.prototype, 'at concat every fill filter find findIndex findLast flat flatMap forEach includes indexOf join ' +
    'keys lastIndexOf map pop push reduce reverse shift slice some sort splice toSorted unshift values'],
  ['ArrayBuffer', ArrayBuffer.prototype, 'resize slice transfer'],
  ['BigInt', BigInt.prototype, 'toString valueOf'],
  ['Boolean', Boolean.prototype, 'toString valueOf'],
  ['Date', Date.prototype, 'getFullYear getTime toISOString toString valueOf'],
  ['Error', Error.prototype, 'toString'],
  ['FinalizationRegistry', FinalizationRegistry.prototype, 'register unregister'],
  ['Function', Function.prototype, 'apply bind call toString'],
  ['Generator', GeneratorPrototype, 'next throw'],
  ['Map', Map.prototype, 'clear delete entries forEach get has keys set values'],
  ['Number', Number.prototype, 'toFixed toString valueOf'],
  ['Object', Object.prototype, 'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf'],
  ['Promise', Promise.prototype, 'catch finally then'],
  ['RegExp', RegExp.prototype, 'exec test toString'],
  ['Set', Set.prototype, 'add clear delete entries forEach has keys values'],
  ['String', String.prototype, 'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf match matchAll ' +
    'normalize padEnd padStart repeat replace replaceAll search slice split startsWith substring toLowerCase toString ' +
    'toUpperCase toWellFormed trim trimEnd trimStart valueOf'],
  ['Symbol', Symbol.prototype, 'toString valueOf'],
  ['TypedArray', TypedArray.prototype, 'fill keys set slice subarray values'],
  ['WeakMap', WeakMap.prototype, 'delete get has set'],
  ['WeakRef', WeakRef.prototype, 'deref'],
  ['WeakSet', WeakSet.prototype, 'add delete has'],
])
  for (let from = 0, to = 0; to !== -1; from = to + 1) {
    to = keys.indexOf(' ', from);
    const key = keys.slice(from, to === -1 ? keys.length : to);
    p[name + 'Prototype' + key[0].toUpperCase() + key.slice(1)] = uncurry(proto[key]);
  }

Object.assign(p, {
  ArrayBufferPrototypeGetByteLength: getter(ArrayBuffer.prototype, 'byteLength'),
  ArrayBufferPrototypeGetDetached: getter(ArrayBuffer.prototype, 'detached'),
  ArrayBufferPrototypeGetMaxByteLength: getter(ArrayBuffer.prototype, 'maxByteLength'),
  ArrayBufferPrototypeGetResizable: getter(ArrayBuffer.prototype, 'resizable'),
  DataViewPrototypeGetBuffer: getter(DataView.prototype, 'buffer'),
  DataViewPrototypeGetByteLength: getter(DataView.prototype, 'byteLength'),
  DataViewPrototypeGetByteOffset: getter(DataView.prototype, 'byteOffset'),
  MapPrototypeGetSize: getter(Map.prototype, 'size'),
  RegExpPrototypeGetFlags: getter(RegExp.prototype, 'flags'),
  RegExpPrototypeGetSource: getter(RegExp.prototype, 'source'),
  SetPrototypeGetSize: getter(Set.prototype, 'size'),
  SymbolPrototypeGetDescription: getter(Symbol.prototype, 'description'),
  TypedArrayPrototypeGetBuffer: getter(TypedArray.prototype, 'buffer'),
  TypedArrayPrototypeGetByteLength: getter(TypedArray.prototype, 'byteLength'),
  TypedArrayPrototypeGetByteOffset: getter(TypedArray.prototype, 'byteOffset'),
  TypedArrayPrototypeGetLength: getter(TypedArray.prototype, 'length'),
  TypedArrayPrototypeGetSymbolToStringTag: getter(TypedArray.prototype, Symbol.toStringTag),
  TypedArrayPrototypeIndexOf: uncurry(TypedArray.prototype.indexOf),
  ArrayIteratorPrototypeNext: uncurry(ArrayIteratorPrototype.next), IteratorPrototype: Reflect.getPrototypeOf(ArrayIteratorPrototype),
  ArrayPrototypeSymbolIterator: uncurry(Array.prototype[Symbol.iterator]),
  DatePrototypeSymbolToPrimitive: uncurry(Date.prototype[Symbol.toPrimitive]),
  RegExpPrototypeSymbolReplace: uncurry(RegExp.prototype[Symbol.replace]),
  RegExpPrototypeSymbolSplit: uncurry(RegExp.prototype[Symbol.split]),
  SymbolAsyncDispose: Symbol.asyncDispose, SymbolDispose: Symbol.dispose, SymbolFor: Symbol.for,
  SymbolAsyncIterator: Symbol.asyncIterator, SymbolHasInstance: Symbol.hasInstance, SymbolIterator: Symbol.iterator,
  SymbolSpecies: Symbol.species, SymbolToPrimitive: Symbol.toPrimitive, SymbolToStringTag: Symbol.toStringTag,
  ErrorCaptureStackTrace: Error.captureStackTrace,
  ObjectPrototypeToStringItself: Object.prototype.toString,
  Float16Array: globalThis.Float16Array, // engines of 2024 have none
  // A host may build its engine without shared memory.
  SharedArrayBuffer: globalThis.SharedArrayBuffer,
  SharedArrayBufferPrototypeGetByteLength:
    typeof SharedArrayBuffer === 'function' ? getter(SharedArrayBuffer.prototype, 'byteLength') : undefined,
});

for (const flag of ['dotAll', 'global', 'hasIndices', 'ignoreCase', 'multiline', 'sticky', 'unicode', 'unicodeSets'])
  p[`RegExpPrototypeGet${flag[0].toUpperCase()}${flag.slice(1)}`] = getter(RegExp.prototype, flag);

// What the language calls an Object.
p.isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

// An array without a prototype: storing an element asks no index setter that a program put on Array.prototype or Object.prototype.
p.bareArray = () => p.ObjectSetPrototypeOf([], null);
// What `arguments` holds from the n-th on, as an array of its own; a rest parameter defines its elements, which asks nobody either.
const rests = [(...rest) => rest, (a, ...rest) => rest, (a, b, ...rest) => rest];
p.restOf = (args, n) => p.ReflectApply(rests[n], undefined, args);

// For typed arrays of our own, for the same purpose as the collections below.
p.SafeTypedArrayPrototype = Object.freeze({ __proto__: null, set: TypedArray.prototype.set });

// Collections of our own whose methods are found on a prototype of our own: as fast as a plain `map.get(key)`, and out of reach.
for (const Collection of [Map, Set, WeakMap, WeakSet]) {
  const methods = Object.create(null, Object.getOwnPropertyDescriptors(Collection.prototype));
  delete methods.constructor;
  Object.freeze(methods);
  p[`Safe${Collection.name}`] = function () {
    return p.ObjectSetPrototypeOf(new Collection(), methods);
  };
}

// What a text is read with, character by character, where a call through an uncurried function (30 ns) would be too slow: methods of an
// object below this one reach it with `super`, see url_text.js.
p.textMethods = Object.freeze(Object.assign(Object.create(null), {
  charCodeAt: String.prototype.charCodeAt, slice: String.prototype.slice, toWellFormed: String.prototype.toWellFormed,
}));

// An array whose push() is out of reach, and faster than storing behind the end of a bare one.
const arrayMethods = Object.freeze(Object.assign(Object.create(null), { push: Array.prototype.push }));
p.safeArray = () => p.ObjectSetPrototypeOf([], arrayMethods);
