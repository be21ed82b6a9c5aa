// What an object is, found without running any of its code: its kind (by internal slot), constructor name and tag.
// A brand test that fails costs an exception, so the prototype chain proposes the kind and one test confirms it; only
// objects outside our Object.prototype (null prototype, another realm) are put to every test.
const {
  Array, ArrayBuffer, ArrayBufferPrototypeGetByteLength, ArrayIsArray, BigInt, BigIntPrototypeValueOf, Boolean,
  BooleanPrototypeValueOf, DataView, DataViewPrototypeGetByteLength, Date, DatePrototypeGetTime, Error, Map,
  MapPrototypeGet, MapPrototypeGetSize, MapPrototypeSet, Number, NumberPrototypeValueOf, Object,
  ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, ObjectIsExtensible,
  ObjectPrototypePropertyIsEnumerable, ObjectPrototypeToString, Promise, ReflectApply, RegExp,
  RegExpPrototypeGetFlags, RegExpPrototypeGetSource, Set, SetPrototypeGetSize, String, StringPrototypeValueOf, Symbol, SymbolFor,
  SymbolIterator, SymbolPrototypeValueOf, SymbolToStringTag, TypedArray, TypedArrayPrototypeGetSymbolToStringTag,
  WeakMap, WeakMapPrototypeHas, WeakSet, WeakSetPrototypeHas,
} = primordials;

const key = {};
const isPromise = (v) => { const state = native.promiseState(v); return state === 0 || state === 1 || state === 2; };

// kind, prototype, test (throws or returns false when the value is something else)
const table = [
  ['Map', Map.prototype, (v) => MapPrototypeGetSize(v) >= 0],
  ['Set', Set.prototype, (v) => SetPrototypeGetSize(v) >= 0],
  ['Date', Date.prototype, (v) => typeof DatePrototypeGetTime(v) === 'number'],
  ['RegExp', RegExp.prototype, (v) => v !== RegExp.prototype && typeof RegExpPrototypeGetSource(v) === 'string' &&
    ObjectHasOwn(v, 'lastIndex') && typeof RegExpPrototypeGetFlags(v) === 'string'],
  ['Promise', Promise.prototype, isPromise],
  ['TypedArray', TypedArray.prototype, (v) => TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined],
  ['ArrayBuffer', ArrayBuffer.prototype, (v) => ArrayBufferPrototypeGetByteLength(v) >= 0],
  ['DataView', DataView.prototype, (v) => DataViewPrototypeGetByteLength(v) >= 0],
  ['WeakMap', WeakMap.prototype, (v) => !WeakMapPrototypeHas(v, key)],
  ['WeakSet', WeakSet.prototype, (v) => !WeakSetPrototypeHas(v, key)],
  ['Number', Number.prototype, (v) => typeof NumberPrototypeValueOf(v) === 'number'],
  ['String', String.prototype, (v) => typeof StringPrototypeValueOf(v) === 'string'],
  ['Boolean', Boolean.prototype, (v) => typeof BooleanPrototypeValueOf(v) === 'boolean'],
  ['BigInt', BigInt.prototype, (v) => typeof BigIntPrototypeValueOf(v) === 'bigint'],
  ['Symbol', Symbol.prototype, (v) => typeof SymbolPrototypeValueOf(v) === 'symbol'],
];
// An instance of Error by inheritance is shown as an error, slot or no slot.
const byPrototype = new Map();
MapPrototypeSet(byPrototype, Error.prototype, ['Error', Error.prototype, () => true]);
for (let i = 0; i < table.length; i++) MapPrototypeSet(byPrototype, table[i][1], table[i]);

const ObjectPrototype = Object.prototype;
const ArrayPrototype = Array.prototype;
const custom = SymbolFor('nodejs.util.inspect.custom');
const functionKinds = new Map();
MapPrototypeSet(functionKinds, ObjectGetPrototypeOf(async () => {}), 'AsyncFunction');
MapPrototypeSet(functionKinds, ObjectGetPrototypeOf(function* () {}), 'GeneratorFunction');
MapPrototypeSet(functionKinds, ObjectGetPrototypeOf(async function* () {}), 'AsyncGeneratorFunction');

function confirms(entry, value) {
  try { return entry[2](value); } catch { return false; }
}

/// The object behind a proxy (behind several, the last); null when one of them is revoked. Other values come back as
/// they are.
function unwrapProxy(value) {
  for (let target; (target = native.proxyTarget(value)) !== undefined; value = target) if (target === null) return null;
  return value;
}

/// The next object of the prototype chain, looking through proxies, so that no trap runs.
function prototypeOf(object) {
  const prototype = ObjectGetPrototypeOf(object);
  return prototype === null ? null : unwrapProxy(prototype);
}

// Descriptors inherit from Object.prototype, where a program may have put a `get`: only their own fields count.
const isData = (descriptor) => ObjectHasOwn(descriptor, 'value');

/// `object[name]` with the chain walked by hand; a getter runs with `object` as receiver, and one that throws reads
/// undefined.
function lookup(object, name) {
  for (let holder = object; holder !== null; holder = prototypeOf(holder)) {
    const found = ObjectGetOwnPropertyDescriptor(holder, name);
    if (found === undefined) continue;
    if (isData(found)) return found.value;
    if (found.get === undefined) return undefined;
    forgetOrdinary();
    try { return ReflectApply(found.get, object, []); } catch { return undefined; }
  }
  return undefined;
}

function functionName(f) {
  const found = ObjectGetOwnPropertyDescriptor(f, 'name');
  if (found === undefined) return '';
  let name = isData(found) ? found.value : undefined;
  if (!isData(found) && found.get !== undefined) {
    forgetOrdinary();
    try { name = ReflectApply(found.get, f, []); } catch { /* nameless then */ }
  }
  return typeof name === 'string' ? name : '';
}

function inherits(value, prototype) {
  for (let at = prototypeOf(value); at !== null; at = prototypeOf(at)) if (at === prototype) return true;
  return false;
}

/// The constructor's name; null when no prototype on the chain names one.
function constructorName(value) {
  for (let at = value; at !== null; at = prototypeOf(at)) {
    const constructor = ObjectGetOwnPropertyDescriptor(at, 'constructor')?.value;
    if (typeof constructor !== 'function' || unwrapProxy(constructor) !== constructor) continue;
    const name = functionName(constructor);
    if (name === '') continue;
    const prototype = ObjectGetOwnPropertyDescriptor(constructor, 'prototype')?.value;
    if (at !== value && prototype === at) return name;
    if (prototype !== null && typeof prototype === 'object' && inherits(value, prototype)) return name;
  }
  return null;
}

/// Symbol.toStringTag when it is worth showing: a non-empty string that is not listed among the properties anyway.
function tagOf(value, showHidden) {
  const tag = lookup(value, SymbolToStringTag);
  if (typeof tag !== 'string' || tag === '') return '';
  const listed = showHidden ? ObjectHasOwn(value, SymbolToStringTag) :
    ObjectPrototypePropertyIsEnumerable(value, SymbolToStringTag);
  return listed ? '' : tag;
}

function isArguments(value) {
  return ObjectHasOwn(value, 'callee') && ObjectHasOwn(value, SymbolIterator) &&
    !ObjectHasOwn(value, SymbolToStringTag) && ObjectPrototypeToString(value) === '[object Arguments]';
}

function isModule(value) {
  const tag = ObjectGetOwnPropertyDescriptor(value, SymbolToStringTag);
  return tag !== undefined && tag.value === 'Module' && !tag.writable && !tag.configurable &&
    !ObjectIsExtensible(value);
}

/// One of the table's kinds, or 'Array', 'Function', 'Error', 'Arguments', 'Module', 'Object'. Never called with a
/// proxy.
function kindOf(value) {
  if (typeof value === 'function') return 'Function';
  if (ArrayIsArray(value)) return 'Array';
  let at = prototypeOf(value);
  for (; at !== null && at !== ObjectPrototype; at = prototypeOf(at)) {
    const entry = MapPrototypeGet(byPrototype, at);
    if (entry !== undefined && confirms(entry, value)) return entry[0];
  }
  if (at !== null) return isArguments(value) ? 'Arguments' : 'Object';
  if (isModule(value)) return 'Module';
  for (let i = 0; i < table.length; i++) if (confirms(table[i], value)) return table[i][0];
  const isError = !ObjectHasOwn(value, SymbolToStringTag) && ObjectPrototypeToString(value) === '[object Error]';
  return isError ? 'Error' : 'Object';
}

// What a program may have made of the two prototypes; undefined: to be found out.
let ordinaryObjects;
let ordinaryArrays;

/// Called before a value is looked at, and whenever code of the program may have run since.
function forgetOrdinary() {
  ordinaryObjects = ordinaryArrays = undefined;
}

function isUntouched(prototype, constructor, name) {
  const found = ObjectGetOwnPropertyDescriptor(prototype, 'constructor');
  return found !== undefined && isData(found) && found.value === constructor && functionName(constructor) === name &&
    !ObjectHasOwn(prototype, custom) && !ObjectHasOwn(prototype, SymbolToStringTag);
}

/// 'Object' or 'Array' for what most values are: made by a literal, with no inspector, tag or constructor of its own,
/// under a prototype that the program left alone. That is then its kind and its constructor's name, too. '' for all
/// others, which have to be looked at closely. Never called with a proxy.
function ordinaryKind(value) {
  if (typeof value === 'function') return '';
  const isArray = ArrayIsArray(value);
  if (ObjectGetPrototypeOf(value) !== (isArray ? ArrayPrototype : ObjectPrototype)) return '';
  if (!(ordinaryObjects ??= isUntouched(ObjectPrototype, Object, 'Object'))) return '';
  if (isArray && !(ordinaryArrays ??= ObjectGetPrototypeOf(ArrayPrototype) === ObjectPrototype &&
    isUntouched(ArrayPrototype, Array, 'Array'))) return '';
  if (ObjectHasOwn(value, 'constructor') || ObjectHasOwn(value, custom) || ObjectHasOwn(value, SymbolToStringTag) ||
      (!isArray && ObjectHasOwn(value, 'callee'))) return '';
  return isArray ? 'Array' : 'Object';
}

function functionKind(f) {
  for (let at = prototypeOf(f); at !== null && at !== ObjectPrototype; at = prototypeOf(at)) {
    const kind = MapPrototypeGet(functionKinds, at);
    if (kind !== undefined) return kind;
  }
  return 'Function';
}

module.exports = {
  constructorName, forgetOrdinary, functionKind, functionName, isData, kindOf, lookup, ordinaryKind, prototypeOf, tagOf,
  unwrapProxy,
};
