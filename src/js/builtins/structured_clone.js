// structuredClone(): https://html.spec.whatwg.org/multipage/structured-data.html
// Serializing and deserializing in one walk: what deserializing would make is made at once, since nobody can look at it in between.
// The walk is recursive; a value too deep for the stack ends it with a RangeError before anything was transferred.
'use strict';

const {
  Array, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeTransfer, ArrayPrototypeIncludes, BigIntPrototypeValueOf, Boolean,
  BooleanPrototypeValueOf, Date, DatePrototypeGetTime, Map, MapPrototypeClear, MapPrototypeForEach, MapPrototypeSet, Number,
  NumberPrototypeValueOf, Object, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys, ReflectApply, RegExp,
  RegExpPrototypeGetDotAll, RegExpPrototypeGetGlobal, RegExpPrototypeGetHasIndices, RegExpPrototypeGetIgnoreCase,
  RegExpPrototypeGetMultiline, RegExpPrototypeGetSource, RegExpPrototypeGetSticky, RegExpPrototypeGetUnicode,
  RegExpPrototypeGetUnicodeSets, SafeMap, Set, SetPrototypeAdd, SetPrototypeClear, SetPrototypeForEach, String,
  StringPrototypeValueOf, SymbolIterator, TypeError, bareArray, isObject,
} = primordials;
const { ERR_MISSING_ARGS, coded } = require('errors');
const { isSimpleArray, kind, kindOf } = require('clone_kinds');
const { Pending, cloneArrayBuffer, cloneDataView, cloneTypedArray } = require('clone_buffers');
const { dataCloneError, uncloneable } = require('clone_messages');
const { platformObject } = require('platform_objects');
const { cloneError } = require('clone_error');

const ObjectPrototype = Object.prototype;
const {
  uncloneable: kUncloneable, plain: kPlain, array: kArray, map: kMap, set: kSet, date: kDate, regExp: kRegExp, error: kError,
  boolean: kBoolean, number: kNumber, string: kString, bigint: kBigInt, arrayBuffer: kArrayBuffer,
  sharedArrayBuffer: kSharedArrayBuffer, dataView: kDataView, typedArray: kTypedArray,
} = kind;

function define(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/// `memory` maps each object of the value to its clone.
function cloneValue(value, memory) {
  if (typeof value === 'object') {
    if (value === null) return null;
    return memory.get(value) ?? cloneObject(value, memory);
  }
  if (typeof value === 'function' || typeof value === 'symbol') throw uncloneable(value);
  return value;
}

function remember(memory, source, copy) {
  memory.set(source, copy);
  return copy;
}

function cloneObject(source, memory) {
  const which = kindOf(source);
  switch (which) {
    case kPlain: return clonePlain(source, memory);
    case kArray: return cloneArray(source, memory);
    case kMap: return cloneMap(source, memory);
    case kSet: return cloneSet(source, memory);
    case kDate: return remember(memory, source, new Date(DatePrototypeGetTime(source)));
    case kRegExp: return remember(memory, source, new RegExp(RegExpPrototypeGetSource(source), flagsOf(source)));
    case kError: return cloneError(source, memory, cloneValue);
    case kBoolean: return remember(memory, source, new Boolean(BooleanPrototypeValueOf(source)));
    case kNumber: return remember(memory, source, new Number(NumberPrototypeValueOf(source)));
    case kString: return remember(memory, source, new String(StringPrototypeValueOf(source)));
    case kBigInt: return remember(memory, source, Object(BigIntPrototypeValueOf(source)));
    case kArrayBuffer: return cloneArrayBuffer(source, memory);
    case kSharedArrayBuffer: return source; // its memory stays shared
    case kDataView: return cloneDataView(source, memory);
    case kUncloneable: throw uncloneable(source);
    default: return cloneTypedArray(source, which - kTypedArray, memory);
  }
}

// Each by its own slot: `flags` would ask properties that a program can replace.
function flagsOf(regExp) {
  return (RegExpPrototypeGetHasIndices(regExp) ? 'd' : '') + (RegExpPrototypeGetGlobal(regExp) ? 'g' : '') +
    (RegExpPrototypeGetIgnoreCase(regExp) ? 'i' : '') + (RegExpPrototypeGetMultiline(regExp) ? 'm' : '') +
    (RegExpPrototypeGetDotAll(regExp) ? 's' : '') + (RegExpPrototypeGetUnicode(regExp) ? 'u' : '') +
    (RegExpPrototypeGetUnicodeSets(regExp) ? 'v' : '') + (RegExpPrototypeGetSticky(regExp) ? 'y' : '');
}

// ---- objects and arrays ---------------------------------------------------------------------------------------------

function clonePlain(source, memory) {
  if (ObjectGetPrototypeOf(source) !== ObjectPrototype) {
    const platform = platformObject(source);
    if (platform !== undefined) {
      if (platform.clone === undefined) throw uncloneable(source);
      const copy = platform.clone(source);
      if (copy !== undefined) return remember(memory, source, copy);
    }
  }
  const copy = {};
  memory.set(source, copy);
  const keys = ObjectKeys(source);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    // A getter may have deleted it meanwhile.
    if (i > 0 && !ObjectHasOwn(source, key)) continue;
    const value = cloneValue(source[key], memory);
    // A setter above would be called; above the copy there is only Object.prototype, which can have no proxy above it.
    if (key in copy) define(copy, key, value);
    else copy[key] = value;
  }
  return copy;
}

function cloneArray(source, memory) {
  const { length } = source;
  const copy = new Array(length);
  memory.set(source, copy);
  if (!isSimpleArray(source)) return cloneListed(source, copy, memory);
  for (let i = 0; i < length; i++) {
    const value = source[i];
    // What is no primitive may have getters: from there on nothing is certain.
    if ((typeof value === 'object' && value !== null) || typeof value === 'function' || typeof value === 'symbol') {
      return cloneElements(source, copy, i, length, memory);
    }
    if (value !== undefined || ObjectHasOwn(source, i)) copy[i] = value;
  }
  return copy;
}

// The elements from the first object on. As long as the array stays simple, reading and storing is plain.
function cloneElements(source, copy, start, length, memory) {
  // With holes, it counts what was there at the start.
  if (ArrayPrototypeIncludes(source, undefined, start)) return cloneListed(source, copy, memory);
  let simple = true;
  for (let i = start; i < length; i++) {
    if (simple) {
      const value = source[i];
      if (typeof value === 'object' && value !== null) {
        const known = memory.get(value);
        const cloned = known ?? cloneObject(value, memory);
        simple = known !== undefined || isSimpleArray(source);
        if (simple) copy[i] = cloned;
        else define(copy, i, cloned);
        continue;
      }
      if (value !== undefined && typeof value !== 'function' && typeof value !== 'symbol') {
        copy[i] = value;
        continue;
      }
    }
    if (ObjectHasOwn(source, i)) define(copy, i, cloneValue(source[i], memory));
  }
  return copy;
}

// Own enumerable properties one by one: for arrays with holes, accessors, or properties besides the elements.
function cloneListed(source, copy, memory) {
  const keys = ObjectKeys(source);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (ObjectHasOwn(source, key)) define(copy, key, cloneValue(source[key], memory));
  }
  return copy;
}

// ---- collections ----------------------------------------------------------------------------------------------------

function entriesOf(map) {
  const list = bareArray();
  let length = 0;
  MapPrototypeForEach(map, (value, key) => {
    list[length++] = key;
    list[length++] = value;
  });
  return list;
}

function membersOf(set) {
  const list = bareArray();
  let length = 0;
  SetPrototypeForEach(set, (member) => {
    list[length++] = member;
  });
  return list;
}

function cloneMap(source, memory) {
  const copy = new Map();
  memory.set(source, copy);
  const entries = entriesOf(source);
  for (let i = 0; i < entries.length; i += 2) {
    const key = cloneValue(entries[i], memory);
    MapPrototypeSet(copy, key, cloneValue(entries[i + 1], memory));
  }
  return copy;
}

function cloneSet(source, memory) {
  const copy = new Set();
  memory.set(source, copy);
  const members = membersOf(source);
  for (let i = 0; i < members.length; i++) SetPrototypeAdd(copy, cloneValue(members[i], memory));
  return copy;
}

// ---- transferring ---------------------------------------------------------------------------------------------------

const ConversionError = coded(TypeError, 'ERR_INVALID_ARG_TYPE', (text) => `Failed to execute 'structuredClone': ${text}`);
const kTransfer = 'transfer in Options';

// sequence<object>, as Web IDL converts it.
function objectsOf(iterable) {
  const method = isObject(iterable) ? iterable[SymbolIterator] : undefined;
  if (typeof method !== 'function') throw new ConversionError(`${kTransfer} cannot be converted to sequence.`);
  const iterator = ReflectApply(method, iterable, []);
  if (!isObject(iterator)) throw new ConversionError(`${kTransfer} cannot be converted to sequence.`);
  const { next } = iterator;
  const list = bareArray();
  for (;;) {
    const result = ReflectApply(next, iterator, []);
    if (!isObject(result)) throw new ConversionError(`${kTransfer} cannot be converted to sequence.`);
    if (result.done) return list;
    const { value } = result;
    if (!isObject(value)) throw new ConversionError(`${kTransfer}[${list.length}] is not an object.`);
    list[list.length] = value;
  }
}

/// How a platform object is transferred; undefined for what is no transferable one.
function transferOf(object, which) {
  const transfer = which === kPlain ? platformObject(object)?.transfer : undefined;
  return transfer !== undefined && transfer.is(object) ? transfer : undefined;
}

// The buffers and ports, each with what stands for it until the end.
function announceTransfers(list, memory) {
  const transfers = bareArray();
  for (let i = 0; i < list.length; i++) {
    const object = list[i];
    const which = typeof object === 'function' ? kUncloneable : kindOf(object);
    const transfer = transferOf(object, which);
    if (which !== kArrayBuffer && transfer === undefined) throw dataCloneError('Found invalid value in transferList.');
    if (memory.has(object)) throw dataCloneError(`Transfer list contains duplicate ${transfer === undefined ? 'ArrayBuffer' : transfer.name}`);
    const pending = transfers[i] = new Pending(() => (transfer === undefined ? moved(object) : transfer.move(object)));
    pending.transfer = transfer;
    memory.set(object, pending);
  }
  return transfers;
}

// What belongs to WebAssembly, or to the host, stays where it is.
function moved(buffer) {
  let copy;
  try {
    copy = ArrayBufferPrototypeTransfer(buffer);
  } catch { /* and says so */ }
  if (!ArrayBufferPrototypeGetDetached(buffer)) throw dataCloneError('Cannot transfer object of unsupported type.');
  return copy;
}

function finishTransfers(list, transfers, memory) {
  for (let i = 0; i < list.length; i++) {
    const { transfer } = transfers[i];
    if (transfer === undefined ? ArrayBufferPrototypeGetDetached(list[i]) : transfer.isDetached(list[i])) {
      throw dataCloneError(transfer === undefined ? 'An ArrayBuffer is detached and could not be cloned.' :
        `${transfer.name} in transfer list is already detached`);
    }
  }
  for (let i = 0; i < transfers.length; i++) transfers[i].settle();
  const copies = bareArray();
  memory.forEach((copy) => {
    copies[copies.length] = copy;
  });
  for (let i = list.length; i < copies.length; i++) if (Pending.is(copies[i])) copies[i].settle();
  for (let i = list.length; i < copies.length; i++) if (!Pending.is(copies[i])) fillIn(copies[i]);
}

const settled = (value) => (Pending.is(value) ? value.value : value);

// Puts what was transferred where something stands for it. These are our own copies: all properties are plain.
function fillIn(copy) {
  switch (kindOf(copy)) {
    case kPlain: case kArray: {
      const keys = ObjectKeys(copy);
      for (let i = 0; i < keys.length; i++) if (Pending.is(copy[keys[i]])) copy[keys[i]] = copy[keys[i]].value;
      break;
    }
    case kError:
      if (ObjectHasOwn(copy, 'cause') && Pending.is(copy.cause)) copy.cause = copy.cause.value;
      break;
    case kMap: {
      const entries = entriesOf(copy);
      MapPrototypeClear(copy);
      for (let i = 0; i < entries.length; i += 2) MapPrototypeSet(copy, settled(entries[i]), settled(entries[i + 1]));
      break;
    }
    case kSet: {
      const members = membersOf(copy);
      SetPrototypeClear(copy);
      for (let i = 0; i < members.length; i++) SetPrototypeAdd(copy, settled(members[i]));
      break;
    }
    default:
  }
}

function cloneAlone(value) {
  return typeof value === 'object' && value !== null ? cloneObject(value, new SafeMap()) : cloneValue(value, undefined);
}

function cloneWithTransfers(value, list, memory) {
  const transfers = announceTransfers(list, memory);
  const copy = cloneValue(value, memory);
  finishTransfers(list, transfers, memory);
  let moved = null; // the platform objects among them
  for (let i = 0; i < transfers.length; i++) {
    if (transfers[i].transfer === undefined) continue;
    moved ??= bareArray();
    moved[moved.length] = transfers[i].value;
  }
  return { data: settled(copy), ports: moved };
}

/// For a message that stays in this runtime. `list`: what is transferred, as an array of ours, or null. `ports`: what took the place of the ports among
/// it; null for none.
function cloneMessage(value, list) {
  return list === null ? { data: cloneAlone(value), ports: null } : cloneWithTransfers(value, list, new SafeMap());
}

function clone(value, options) {
  if (options !== undefined && options !== null) {
    if (!isObject(options)) throw new ConversionError('Options cannot be converted to a dictionary');
    const { transfer } = options;
    if (transfer !== undefined) {
      const list = objectsOf(transfer);
      return cloneWithTransfers(value, list, new SafeMap()).data;
    }
  }
  return cloneAlone(value);
}
// As a method: functions of Web IDL are no constructors.
const { structuredClone } = {
  structuredClone(value, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('value');
    return clone(value, options);
  },
};

module.exports = { cloneMessage, flagsOf, structuredClone };
