// Deserializing a message of another runtime (HTML, StructuredDeserializeWithTransfer): the other half of message_pack.js.
'use strict';

const {
  Array, ArrayBuffer, BigInt, DataView, Date, Map, MapPrototypeSet, Object, ObjectDefineProperty, RegExp, Set, SetPrototypeAdd, StringFromCharCode: fromCharCode,
  StringPrototypeSlice, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array, bareArray, uncurryThis,
} = primordials;
const { typedArrays } = require('clone_kinds');
const { hide, makeSentError } = require('clone_error');
const { wireNamed } = require('platform_objects');
const { tag } = require('message_pack');
const { messageText } = require('message_natives');

const getFloat64 = uncurryThis(DataView.prototype.getFloat64);
const getInt32 = uncurryThis(DataView.prototype.getInt32);
const kShortText = 24; // characters: put together here faster than by a call into C++

class Reader {
  bytes;
  view;
  at = 0;
  blocks;
  links;
  refs = bareArray(); // objects by number
  ports = null; // those that were transferred
  attach; // (link) => a port

  constructor(parts, attach) {
    this.bytes = parts[0];
    this.view = new DataView(TypedArrayPrototypeGetBuffer(parts[0]));
    this.blocks = parts[1];
    this.links = parts[2];
    this.attach = attach;
  }

  int() {
    const value = getInt32(this.view, this.at, true);
    this.at += 4;
    return value;
  }

  double() {
    const value = getFloat64(this.view, this.at, true);
    this.at += 8;
    return value;
  }

  text(wide) {
    const length = this.int();
    const from = this.at;
    this.at += wide ? length * 2 : length;
    if (wide || length > kShortText) return messageText(this.bytes, from, length, wide);
    let text = '';
    for (let i = 0; i < length; i++) text += fromCharCode(this.bytes[from + i]);
    return text;
  }

  reserve() {
    this.refs[this.refs.length] = undefined;
    return this.refs.length - 1;
  }

  keep(object) {
    return (this.refs[this.refs.length] = object);
  }
}

function read(reader) {
  const mark = reader.bytes[reader.at++];
  switch (mark) {
    case tag.undefined: return undefined;
    case tag.null: return null;
    case tag.true: return true;
    case tag.false: return false;
    case tag.int: return reader.int();
    case tag.number: return reader.double();
    case tag.text: return reader.text(false);
    case tag.wide: return reader.text(true);
    case tag.bigint: return readBigInt(reader);
    case tag.known: return reader.refs[reader.int()];
    case tag.plain: return readProperties(reader, reader.keep({}));
    case tag.array: return readProperties(reader, reader.keep(new Array(reader.int())));
    case tag.map: return readMap(reader);
    case tag.set: return readSet(reader);
    case tag.date: return reader.keep(new Date(reader.double()));
    case tag.regExp: {
      const source = read(reader);
      return reader.keep(new RegExp(source, read(reader)));
    }
    case tag.error: return readError(reader);
    case tag.box: return readBox(reader);
    case tag.buffer: case tag.resizable: return reader.keep(readBuffer(reader, mark));
    case tag.dataView: return readView(reader, DataView);
    case tag.typedArray: return readView(reader, typedArrays[reader.int()]);
    default: return readPlatform(reader);
  }
}

function readBigInt(reader) {
  const text = read(reader);
  return text[0] === '-' ? -BigInt(`0x${StringPrototypeSlice(text, 1)}`) : BigInt(`0x${text}`);
}

function readProperties(reader, object) {
  for (;;) {
    const mark = reader.bytes[reader.at++];
    if (mark === tag.end) return object;
    const key = reader.text(mark === tag.wide);
    const value = read(reader);
    // A setter above would be called.
    if (key in object) ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
  }
}

function readMap(reader) {
  const map = reader.keep(new Map());
  for (let left = reader.int(); left > 0; left--) {
    const key = read(reader);
    MapPrototypeSet(map, key, read(reader));
  }
  return map;
}

function readSet(reader) {
  const set = reader.keep(new Set());
  for (let left = reader.int(); left > 0; left--) SetPrototypeAdd(set, read(reader));
  return set;
}

function readError(reader) {
  const number = reader.reserve();
  const exception = read(reader);
  const name = read(reader);
  const message = read(reader);
  const error = reader.refs[number] = makeSentError(exception, name, message, read(reader));
  if (read(reader)) hide(error, 'cause', read(reader));
  return error;
}

function readBox(reader) {
  const number = reader.reserve();
  return (reader.refs[number] = Object(read(reader)));
}

function readBuffer(reader, mark) {
  const block = reader.blocks[reader.int()];
  if (mark === tag.buffer) return TypedArrayPrototypeGetBuffer(block);
  const buffer = new ArrayBuffer(TypedArrayPrototypeGetLength(block), { __proto__: null, maxByteLength: reader.double() });
  TypedArrayPrototypeSet(new Uint8Array(buffer), block);
  return buffer;
}

function readView(reader, View) {
  const number = reader.reserve();
  const buffer = read(reader);
  const offset = reader.double();
  const length = reader.double();
  return (reader.refs[number] = length < 0 ? new View(buffer, offset) : new View(buffer, offset, length));
}

function readPlatform(reader) {
  const number = reader.reserve();
  const name = read(reader);
  const facts = read(reader);
  return (reader.refs[number] = wireNamed(name).read(facts));
}

// First what was transferred: the value names it by number.
function readTransfers(reader) {
  for (let left = reader.int(); left > 0; left--) {
    const mark = reader.bytes[reader.at++];
    if (mark !== tag.port) {
      reader.keep(readBuffer(reader, mark));
      continue;
    }
    const port = reader.keep(reader.attach(reader.links[reader.int()]));
    (reader.ports ??= bareArray())[reader.ports.length] = port;
  }
}

const headerOf = (parts) => parts[0][0];

/// { data, ports } of a message as C++ gives it. `attach(link)` makes a port.
function unpack(parts, attach) {
  const reader = new Reader(parts, attach);
  const transfers = getInt32(reader.view, 1, true);
  reader.at = transfers;
  readTransfers(reader);
  reader.at = 5;
  const data = read(reader);
  return { data, ports: reader.ports };
}

module.exports = { headerOf, unpack };
