// Serializing a value for another runtime (HTML, StructuredSerializeWithTransfer): the walk of structured_clone.js, that writes bytes instead of a copy.
// message_unpack.js reads them. Objects are numbered in the order in which they are met, so that a later mention is a number.
'use strict';

const {
  ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, ArrayBufferPrototypeGetMaxByteLength,
  ArrayBufferPrototypeGetResizable, ArrayBufferPrototypeTransfer, BigIntPrototypeToString, BigIntPrototypeValueOf, BooleanPrototypeValueOf,
  DataView, DatePrototypeGetTime, MapPrototypeForEach, NumberPrototypeValueOf, Object, ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys,
  RegExpPrototypeGetSource, SafeMap, SetPrototypeForEach, StringPrototypeCharCodeAt, StringPrototypeValueOf, TypedArrayPrototypeSet, Uint8Array,
  ReflectApply, bareArray, uncurryThis,
} = primordials;
const { kind, kindOf } = require('clone_kinds');
const { viewFacts } = require('clone_buffers');
const { dataCloneError, uncloneable } = require('clone_messages');
const { errorFacts } = require('clone_error');
const { platformObject } = require('platform_objects');
const { flagsOf } = require('structured_clone');
const { makeBlock, packMessage } = require('message_natives');

const ObjectPrototype = Object.prototype;
const setFloat64 = uncurryThis(DataView.prototype.setFloat64);
const setInt32 = uncurryThis(DataView.prototype.setInt32);

/// What a value begins with in the bytes.
const tag = {
  __proto__: null, undefined: 0, null: 1, true: 2, false: 3, int: 4, number: 5, text: 6, wide: 7, bigint: 8, known: 9, plain: 10, array: 11, map: 12, set: 13,
  date: 14, regExp: 15, error: 16, box: 17, buffer: 18, dataView: 19, typedArray: 20, port: 21, platform: 22, end: 23, resizable: 24, hole: 25,
};
const kStartBytes = 1024;
const kKeptBytes = 1 << 20;

// What is being written. A getter of a program may post another message in between: pack() saves these.
let bytes = new Uint8Array(kStartBytes);
let view = new DataView(bytes.buffer);
let at = 0;
let busy = false;

function grow(more) {
  let size = bytes.length * 2;
  while (size < at + more) size *= 2;
  native.sandbox?.checkBytes(size);
  const larger = new Uint8Array(size);
  TypedArrayPrototypeSet(larger, bytes);
  bytes = larger;
  view = new DataView(bytes.buffer);
}

function writeTag(value) {
  if (at + 16 > bytes.length) grow(16);
  bytes[at++] = value;
}

function writeInt(value) {
  if (at + 4 > bytes.length) grow(4);
  setInt32(view, at, value, true);
  at += 4;
}

function writeDouble(value) {
  if (at + 8 > bytes.length) grow(8);
  setFloat64(view, at, value, true);
  at += 8;
}

function writeText(text) {
  const { length } = text;
  const start = at;
  writeTag(tag.text);
  writeInt(length);
  if (at + length > bytes.length) grow(length);
  for (let i = 0; i < length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code > 255) return writeWide(text, start);
    bytes[at + i] = code;
  }
  at += length;
}

function writeWide(text, start) {
  const { length } = text;
  at = start;
  writeTag(tag.wide);
  writeInt(length);
  if (at + length * 2 > bytes.length) grow(length * 2);
  for (let i = 0; i < length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    bytes[at++] = code & 255;
    bytes[at++] = code >> 8;
  }
}

// ---- the walk --------------------------------------------------------------------------------------------------------

/// `state`: { memory, count, transfers, blocks, size }, where `size` is that of the blocks.
function write(value, state) {
  switch (typeof value) {
    case 'string': return writeText(value);
    case 'number':
      if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
        writeTag(tag.int);
        return writeInt(value);
      }
      writeTag(tag.number);
      return writeDouble(value);
    case 'boolean': return writeTag(value ? tag.true : tag.false);
    case 'undefined': return writeTag(tag.undefined);
    case 'bigint':
      writeTag(tag.bigint);
      return writeText(BigIntPrototypeToString(value, 16));
    case 'object': break;
    default: throw uncloneable(value);
  }
  if (value === null) return writeTag(tag.null);
  const known = state.memory.get(value);
  if (known !== undefined) {
    writeTag(tag.known);
    return writeInt(known);
  }
  writeObject(value, state);
}

function begin(object, state, mark) {
  state.memory.set(object, state.count++);
  writeTag(mark);
}

function writeObject(source, state) {
  const which = kindOf(source);
  switch (which) {
    case kind.plain: return writePlain(source, state);
    case kind.array: return writeArray(source, state);
    case kind.map: return writeMap(source, state);
    case kind.set: return writeSet(source, state);
    case kind.date:
      begin(source, state, tag.date);
      return writeDouble(DatePrototypeGetTime(source));
    case kind.regExp:
      begin(source, state, tag.regExp);
      writeText(RegExpPrototypeGetSource(source));
      return writeText(flagsOf(source));
    case kind.error: return writeError(source, state);
    case kind.boolean: return writeBox(source, BooleanPrototypeValueOf(source), state);
    case kind.number: return writeBox(source, NumberPrototypeValueOf(source), state);
    case kind.string: return writeBox(source, StringPrototypeValueOf(source), state);
    case kind.bigint: return writeBox(source, BigIntPrototypeValueOf(source), state);
    case kind.arrayBuffer: return writeBuffer(source, state);
    case kind.sharedArrayBuffer: throw dataCloneError('A SharedArrayBuffer cannot be sent to another thread in this build of the engine.');
    case kind.uncloneable: throw uncloneable(source);
    default: return writeView(source, which, state);
  }
}

function writeBox(source, value, state) {
  begin(source, state, tag.box);
  write(value, state);
}

function writePlain(source, state) {
  if (ObjectGetPrototypeOf(source) !== ObjectPrototype) {
    const platform = platformObject(source);
    if (platform !== undefined && writePlatform(source, platform, state)) return;
  }
  begin(source, state, tag.plain);
  writeProperties(source, state);
}

function writeProperties(source, state) {
  const keys = ObjectKeys(source);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    // A getter may have deleted it meanwhile.
    if (i > 0 && !ObjectHasOwn(source, key)) continue;
    const value = source[key];
    writeText(key);
    write(value, state);
  }
  writeTag(tag.end);
}

/// False: it only inherits from the prototype, and is a plain object.
function writePlatform(source, platform, state) {
  const { wire } = platform;
  if (wire === undefined) {
    if (platform.clone !== undefined && platform.clone(source) === undefined) return false; // it throws for what has to be transferred
    throw uncloneable(source);
  }
  const facts = wire.write(source);
  if (facts === undefined) return false;
  begin(source, state, tag.platform);
  writeText(wire.name);
  write(facts, state);
  return true;
}

function writeArray(source, state) {
  const { length } = source;
  begin(source, state, tag.array);
  writeInt(length);
  writeProperties(source, state);
}

function writeMap(source, state) {
  begin(source, state, tag.map);
  const list = bareArray();
  let count = 0;
  MapPrototypeForEach(source, (value, key) => {
    list[count++] = key;
    list[count++] = value;
  });
  writeInt(count / 2);
  for (let i = 0; i < count; i++) write(list[i], state);
}

function writeSet(source, state) {
  begin(source, state, tag.set);
  const list = bareArray();
  let count = 0;
  SetPrototypeForEach(source, (member) => {
    list[count++] = member;
  });
  writeInt(count);
  for (let i = 0; i < count; i++) write(list[i], state);
}

function writeError(source, state) {
  const facts = errorFacts(source);
  begin(source, state, tag.error);
  write(facts.exception, state);
  write(facts.name, state);
  write(facts.message, state);
  write(facts.stack, state);
  writeTag(facts.hasCause ? tag.true : tag.false);
  if (facts.hasCause) write(facts.cause, state);
}

// ---- buffers ---------------------------------------------------------------------------------------------------------

function fillBlock(buffer, size, state) {
  native.sandbox?.checkBytes(size);
  const block = makeBlock(size); // its memory, and what stands for it
  TypedArrayPrototypeSet(block[0], new Uint8Array(buffer));
  const number = state.blocks.length;
  state.blocks[number] = block[1];
  state.size += size;
  return number;
}

function writeBuffer(buffer, state) {
  if (ArrayBufferPrototypeGetDetached(buffer)) throw dataCloneError('An ArrayBuffer is detached and could not be cloned.');
  const size = ArrayBufferPrototypeGetByteLength(buffer);
  const resizable = ArrayBufferPrototypeGetResizable(buffer);
  begin(buffer, state, resizable ? tag.resizable : tag.buffer);
  writeInt(fillBlock(buffer, size, state));
  if (resizable) writeDouble(ArrayBufferPrototypeGetMaxByteLength(buffer));
}

function writeView(source, which, state) {
  const { buffer, offset, length } = viewFacts(source, which);
  begin(source, state, which === kind.dataView ? tag.dataView : tag.typedArray);
  if (which !== kind.dataView) writeInt(which - kind.typedArray);
  write(buffer, state);
  writeDouble(offset);
  writeDouble(length === undefined ? -1 : length);
}

// ---- transferring ----------------------------------------------------------------------------------------------------

// Buffers and ports that are transferred have the first numbers; what they bring is written behind the value, when nothing can go wrong any more.
function announce(list, state) {
  for (let i = 0; i < list.length; i++) {
    const object = list[i];
    const which = typeof object === 'function' ? kind.uncloneable : kindOf(object);
    const transfer = which === kind.plain ? platformObject(object)?.transfer : undefined;
    const isPort = transfer !== undefined && transfer.is(object);
    if (which !== kind.arrayBuffer && !isPort) throw dataCloneError('Found invalid value in transferList.');
    if (state.memory.has(object)) throw dataCloneError(`Transfer list contains duplicate ${isPort ? transfer.name : 'ArrayBuffer'}`);
    state.memory.set(object, state.count++);
    state.transfers[i] = { __proto__: null, object, transfer: isPort ? transfer : undefined };
  }
}

function checkTransfers(transfers) {
  for (let i = 0; i < transfers.length; i++) {
    const { object, transfer } = transfers[i];
    if (transfer === undefined ? ArrayBufferPrototypeGetDetached(object) : transfer.isDetached(object)) {
      throw dataCloneError(transfer === undefined ? 'An ArrayBuffer is detached and could not be cloned.' :
        `${transfer.name} in transfer list is already detached`);
    }
  }
}

// What belongs to WebAssembly, or to the host, stays where it is.
function detach(buffer) {
  try {
    ArrayBufferPrototypeTransfer(buffer, 0);
  } catch { /* and says so */ }
  if (!ArrayBufferPrototypeGetDetached(buffer)) throw dataCloneError('Cannot transfer object of unsupported type.');
}

function writeTransfers(transfers, state) {
  writeInt(transfers.length);
  let ports = 0;
  for (let i = 0; i < transfers.length; i++) {
    const { object, transfer } = transfers[i];
    if (transfer !== undefined) {
      writeTag(tag.port);
      writeInt(ports++);
      continue;
    }
    const size = ArrayBufferPrototypeGetByteLength(object);
    const resizable = ArrayBufferPrototypeGetResizable(object);
    writeTag(resizable ? tag.resizable : tag.buffer);
    writeInt(fillBlock(object, size, state));
    if (resizable) writeDouble(ArrayBufferPrototypeGetMaxByteLength(object));
  }
}

/// The value as a message: { packed, size, transfers }, where `size` counts all bytes. Throws when it cannot be sent; nothing is transferred before commit().
/// `list`: what is to be transferred, an array of ours, or null. `header`: a byte that tells the receiver what it is.
function pack(value, list, header) {
  const outer = { __proto__: null, bytes, view, at, busy };
  if (busy) {
    bytes = new Uint8Array(kStartBytes);
    view = new DataView(bytes.buffer);
  }
  busy = true;
  bytes[0] = header;
  at = 1;
  const state = { __proto__: null, memory: new SafeMap(), count: 0, transfers: bareArray(), blocks: bareArray(), size: 0 };
  let kept = outer;
  try {
    if (list !== null) announce(list, state);
    writeInt(0); // where the transfers are
    write(value, state);
    checkTransfers(state.transfers);
    setInt32(view, 1, at, true);
    writeTransfers(state.transfers, state);
    const args = bareArray();
    args[0] = bytes;
    args[1] = at;
    for (let i = 0; i < state.blocks.length; i++) args[i + 2] = state.blocks[i];
    const packed = ReflectApply(packMessage, undefined, args);
    // The larger memory is kept for the next one, unless it is very large.
    if (!outer.busy && bytes.length <= kKeptBytes) kept = { __proto__: null, bytes, view, at: 0, busy: false };
    return { __proto__: null, packed, size: at + state.size, transfers: state.transfers };
  } finally {
    ({ bytes, view, at, busy } = kept);
  }
}

/// Makes the transfers; the links of the ports, in their order.
function commit(transfers) {
  const links = bareArray();
  for (let i = 0; i < transfers.length; i++) {
    const { object, transfer } = transfers[i];
    if (transfer === undefined) detach(object);
    else links[links.length] = transfer.export(object);
  }
  return links;
}

module.exports = { commit, pack, tag };
