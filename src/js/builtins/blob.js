// Blob and File: https://w3c.github.io/FileAPI/
//
// For other built-ins, `internals`:
//   isBlob(value), isFile(value)
//   bytesOf(blob)                     its bytes, a list of pieces (byte_pieces.js)
//   typeOf(blob), nameOf(file), modifiedOf(file)    without asking getters that a program may have replaced
//   makeBlob(list, type)              of such a list; `type` is taken as it is
//   makeFile(list, type, name, modified)
//   streamOf(list)                    a ReadableStream of bytes
'use strict';

const {
  DateNow, MathMax, MathMin, PromiseReject, PromiseResolve, RegExpPrototypeExec, StringPrototypeReplaceAll, StringPrototypeToLowerCase, SymbolFor,
  TypedArrayPrototypeGetBuffer,
} = primordials;
const { ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { Builder, copy, slice, view } = require('byte_pieces');
const { registerPlatformObject } = require('platform_objects');
const { wellFormed } = require('url_text');
const { decodeUtf8, encodeUtf8 } = require('utf8');
const { defineInterface, inspectMembers } = require('web_interface');
const { isBufferSource, toClampedLong, toDictionary, toEnum, toLong, toSequence, viewOf } = require('web_idl');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kMade = { __proto__: null }; // as the first argument of a constructor: the others are ours
const kChunk = 65536; // bytes that a stream hands out at once

const notPrintable = /[^ -~]/;
const typeFrom = (text) => (RegExpPrototypeExec(notPrintable, text) === null ? StringPrototypeToLowerCase(text) : '');

// What a blob is made of stays as it is given until all arguments are converted.
const toParts = (value, what) => toSequence(value, (element, i) =>
  (internals.isBlob(element) || isBufferSource(element, `${what}[${i}]`) ? element : `${element}`), what);

function toOptions(value, what) {
  const dictionary = toDictionary(value, what);
  const { endings } = dictionary;
  const isNative = endings !== undefined && toEnum(endings, ['transparent', 'native'], `${what}: endings`) === 'native';
  const { type } = dictionary;
  return { __proto__: null, dictionary, isNative, type: type === undefined ? '' : typeFrom(`${type}`) };
}

// Line ends as the system has them.
const withNativeEnds = (text) => StringPrototypeReplaceAll(StringPrototypeReplaceAll(text, '\r\n', '\n'), '\r', '\n');

function join(parts, isNative) {
  const builder = new Builder();
  for (let i = 0; i < parts.length; i++) {
    const element = parts[i];
    if (typeof element === 'string') builder.give(encodeUtf8(isNative ? withNativeEnds(element) : element));
    else if (internals.isBlob(element)) builder.share(internals.bytesOf(element));
    else builder.lend(viewOf(element));
  }
  return builder.finish();
}

let internals;

class Blob {
  #bytes;
  #type;

  constructor(blobParts = undefined, options = undefined) {
    if (blobParts === kMade) {
      this.#bytes = options.bytes;
      this.#type = options.type;
      return;
    }
    const parts = blobParts === undefined ? [] : toParts(blobParts, "Failed to construct 'Blob': blobParts");
    const { isNative, type } = toOptions(options, "Failed to construct 'Blob': options");
    this.#bytes = join(parts, isNative);
    this.#type = type;
  }

  get size() { return checked(this).#bytes.size; }

  get type() { return checked(this).#type; }

  slice(start = undefined, end = undefined, contentType = undefined) {
    const { size } = checked(this).#bytes;
    const at = (value, otherwise) => {
      if (value === undefined) return otherwise;
      const place = toClampedLong(value);
      return place < 0 ? MathMax(size + place, 0) : MathMin(place, size);
    };
    const from = at(start, 0);
    const to = MathMax(at(end, size), from);
    const type = contentType === undefined ? '' : typeFrom(`${contentType}`);
    return internals.makeBlob(slice(this.#bytes, from, to), type);
  }

  arrayBuffer() {
    return promised(() => TypedArrayPrototypeGetBuffer(bytesOf(this)));
  }

  bytes() {
    return promised(() => bytesOf(this));
  }

  text() {
    return promised(() => decodeUtf8(view(checked(this).#bytes)));
  }

  stream() { return internals.streamOf(checked(this).#bytes); }

  [kInspect](depth, options) {
    checked(this);
    return inspectMembers(this, depth, options, { size: this.#bytes.size, type: this.#type }, '[Blob]');
  }

  static {
    internals = {
      __proto__: null,
      isBlob: (value) => typeof value === 'object' && value !== null && #bytes in value,
      bytesOf: (blob) => blob.#bytes,
      typeOf: (blob) => blob.#type,
      makeBlob: (bytes, type) => new Blob(kMade, { bytes, type }),

      streamOf(bytes) {
        let at = 0;
        const streams = require('streams').internals;
        return streams.makeByteStream({
          pull(controller) {
            const end = MathMin(at + kChunk, bytes.size);
            if (end > at) streams.enqueue(controller, copy(bytes, at, end));
            at = end;
            if (at === bytes.size) streams.close(controller);
          },
          cancel() { at = bytes.size; },
          highWaterMark: 0,
        });
      },
    };
  }
}

function checked(value) {
  if (!internals.isBlob(value)) throw new ERR_INVALID_THIS('Blob');
  return value;
}

function bytesOf(blob) {
  const bytes = internals.bytesOf(checked(blob));
  return copy(bytes, 0, bytes.size);
}

function promised(make) {
  try {
    return PromiseResolve(make());
  } catch (error) {
    return PromiseReject(error);
  }
}

class File extends Blob {
  #name;
  #modified;

  constructor(fileBits, fileName, options = undefined) {
    if (fileBits === kMade) {
      super(kMade, options);
      this.#name = fileName;
      this.#modified = options.modified;
      return;
    }
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('fileBits', 'fileName');
    const parts = toParts(fileBits, "Failed to construct 'File': fileBits");
    const name = wellFormed(`${fileName}`);
    const { dictionary, isNative, type } = toOptions(options, "Failed to construct 'File': options");
    const { lastModified } = dictionary;
    const modified = lastModified === undefined ? DateNow() : toLong(lastModified);
    super(kMade, { bytes: join(parts, isNative), type });
    this.#name = name;
    this.#modified = modified;
  }

  get name() { return checkedFile(this).#name; }

  get lastModified() { return checkedFile(this).#modified; }

  [kInspect](depth, options) {
    checkedFile(this);
    const members = { size: internals.bytesOf(this).size, type: internals.typeOf(this), name: this.#name, lastModified: this.#modified };
    return inspectMembers(this, depth, options, members, '[File]');
  }

  static {
    internals.isFile = (value) => typeof value === 'object' && value !== null && #name in value;
    internals.nameOf = (file) => file.#name;
    internals.modifiedOf = (file) => file.#modified;
    internals.makeFile = (bytes, type, name, modified) => new File(kMade, name, { bytes, type, modified });
  }
}

function checkedFile(value) {
  if (!internals.isFile(value)) throw new ERR_INVALID_THIS('File');
  return value;
}

defineInterface(Blob, 'Blob');
defineInterface(File, 'File');

// Bytes that never change need no copy.
function clone(object) {
  if (!internals.isBlob(object)) return undefined;
  const bytes = internals.bytesOf(object), type = internals.typeOf(object);
  return internals.isFile(object) ? internals.makeFile(bytes, type, internals.nameOf(object), internals.modifiedOf(object)) :
    internals.makeBlob(bytes, type);
}
registerPlatformObject(Blob.prototype, clone);
registerPlatformObject(File.prototype, clone);

module.exports = { Blob, File, internals };
