// TextEncoder and TextDecoder: https://encoding.spec.whatwg.org/#api
// Texts up to the size of the scratch cross the border as numbers and a string; C++ never holds a program's buffer (src/js/scratch.h).
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, DataViewPrototypeGetBuffer,
  DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset, Int32Array, ObjectSetPrototypeOf, RangeError,
  SafeTypedArrayPrototype, SharedArrayBufferPrototypeGetByteLength, SymbolFor, TypeError, TypedArrayPrototypeGetBuffer,
  TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array,
  ReflectGetOwnPropertyDescriptor, uncurryThis,
} = primordials;
const {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, coded, validateObject, validateString,
} = require('errors');
const { encodingOf, nameOf } = require('encoding_labels');
const { registerPlatformObject } = require('platform_objects');
const { finds } = require('slots');
const { defineInterface, inspectMembers } = require('web_interface');

const ERR_ENCODING_NOT_SUPPORTED = coded(RangeError, 'ERR_ENCODING_NOT_SUPPORTED', (label) =>
  `The "${label}" encoding is not supported`);
const ERR_ENCODING_INVALID_ENCODED_DATA = coded(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', (encoding) =>
  `The encoded data was not valid for encoding ${encoding}`);

const ERR_NO_BUFFER = coded(TypeError, 'ERR_INVALID_ARG_TYPE',
  'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');

const kInspect = SymbolFor('nodejs.util.inspect.custom');

// Its methods are found on an object of our own, out of reach of programs.
const scratch = ObjectSetPrototypeOf(native.scratch(), SafeTypedArrayPrototype);
const scratchBuffer = TypedArrayPrototypeGetBuffer(scratch);
const kScratchBytes = TypedArrayPrototypeGetLength(scratch) - 16;
const numbers = new Int32Array(scratchBuffer, kScratchBytes); // arguments of host functions
const kShort = 192; // up to here a loop beats the call of a copying function

// ---- copying in and out of the scratch ------------------------------------------------------------------------------

function copyOut(target, count) {
  if (count > kShort) TypedArrayPrototypeSet(target, new Uint8Array(scratchBuffer, 0, count));
  else for (let i = 0; i < count; i++) target[i] = scratch[i];
}

// Not by a loop: what is stored byte by byte stalls who reads it word by word.
function copyIn(source, count) {
  if (count > 0) scratch.set(source);
}

// ---- TextEncoder ----------------------------------------------------------------------------------------------------

class TextEncoder {
  #brand;

  get encoding() {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('TextEncoder');
    return 'utf-8';
  }

  encode(input = '') {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('TextEncoder');
    const encoded = native.encodeText(`${input}`);
    if (native.sandbox !== undefined) native.sandbox.checkBytes(typeof encoded === 'number' ? encoded : TypedArrayPrototypeGetLength(encoded));
    if (typeof encoded !== 'number') return encoded;
    const bytes = new Uint8Array(encoded);
    copyOut(bytes, encoded);
    return bytes;
  }

  encodeInto(source, destination) {
    if (!(#brand in this)) throw new ERR_INVALID_THIS('TextEncoder');
    validateString(source, 'src');
    const room = native.uint8Length(destination);
    if (room === -1) throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', destination);
    const { length } = source;
    let read = 0;
    let written = 0;
    while (read < length) {
      numbers[0] = read;
      numbers[1] = room - written;
      const part = native.encodeTextPart(source);
      const bytes = part & 0x7fff;
      if (bytes === 0) break;
      if (written === 0) copyOut(destination, bytes);
      else TypedArrayPrototypeSet(destination, new Uint8Array(scratchBuffer, 0, bytes), written);
      read += part >>> 15;
      written += bytes;
    }
    return { read, written };
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { encoding: this.encoding }, '[TextEncoder]');
  }
}
defineInterface(TextEncoder, 'TextEncoder');
registerPlatformObject(TextEncoder.prototype);

// ---- TextDecoder ----------------------------------------------------------------------------------------------------

const nothing = new Uint8Array(0);

// The bytes of any buffer or view, without copying. A detached one, or one that no longer reaches as far, has none.
function bytesOf(input) {
  if (ArrayBufferIsView(input)) {
    if (TypedArrayPrototypeGetSymbolToStringTag(input) !== undefined) {
      const count = TypedArrayPrototypeGetByteLength(input);
      if (count === 0) return nothing;
      return new Uint8Array(TypedArrayPrototypeGetBuffer(input), TypedArrayPrototypeGetByteOffset(input), count);
    }
    if (!finds(DataViewPrototypeGetByteLength, input)) return nothing;
    return new Uint8Array(DataViewPrototypeGetBuffer(input), DataViewPrototypeGetByteOffset(input), DataViewPrototypeGetByteLength(input));
  }
  if (finds(ArrayBufferPrototypeGetByteLength, input)) {
    return ArrayBufferPrototypeGetDetached(input) ? nothing : new Uint8Array(input);
  }
  if (SharedArrayBufferPrototypeGetByteLength !== undefined && finds(SharedArrayBufferPrototypeGetByteLength, input)) {
    return new Uint8Array(input);
  }
  throw new ERR_NO_BUFFER();
}

const kUtf8 = 0;
const kUtf16be = 2;
const kWindows1252 = 3;
const kFirstLegacy = 4; // decoded by decodeLegacyText, which finds the end of the last whole character itself

// How many bytes at the end of `bytes` are the start of a character that the next chunk may complete.
function incompleteTail(encoding, bytes, length) {
  if (encoding === kWindows1252) return 0;
  if (encoding !== kUtf8) {
    const odd = length % 2;
    const high = length - odd - (encoding === kUtf16be ? 2 : 1);
    return odd + (high >= 0 && (bytes[high] & 0xfc) === 0xd8 ? 2 : 0);
  }
  for (let back = 1; back <= 3 && back <= length; back++) {
    const lead = bytes[length - back];
    if ((lead & 0xc0) === 0x80) continue;
    const size = lead < 0xc2 || lead > 0xf4 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (size <= back) return 0;
    // The second byte rules out overlong forms, surrogates and what lies beyond the last code point.
    const second = back > 1 ? bytes[length - back + 1] : undefined;
    if (second !== undefined && ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ||
        (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f))) return 0;
    return back;
  }
  return 0;
}

// The size of the byte order mark at the start; 0 when there is none. What lies behind `length` may be of another text.
function markSize(encoding, bytes, length) {
  if (length < 2) return 0;
  const first = bytes[0];
  const second = bytes[1];
  if (encoding === kUtf8) return first === 0xef && second === 0xbb && length > 2 && bytes[2] === 0xbf ? 3 : 0;
  if (encoding === kWindows1252) return 0;
  return (encoding === kUtf16be ? first === 0xfe && second === 0xff : first === 0xff && second === 0xfe) ? 2 : 0;
}

function joined(kept, bytes) {
  const length = TypedArrayPrototypeGetLength(bytes);
  if (length === 0) return kept === undefined ? nothing : new Uint8Array(kept); // it may be detached
  if (kept === undefined) return new Uint8Array(bytes);
  const before = TypedArrayPrototypeGetLength(kept);
  const both = new Uint8Array(before + length);
  TypedArrayPrototypeSet(both, kept);
  TypedArrayPrototypeSet(both, bytes, before);
  return both;
}

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #flags;              // for the host function: encoding and error mode
  #streaming = false;  // the last call said that more would come; with a legacy encoding always, which keeps its test off the way of the others
  #begun = false;      // of this stream something has been decoded, so no byte order mark can come; of a legacy one: more is to come
  #kept = undefined;   // bytes of a character cut by the end of a chunk
  #state = 0;          // of a legacy encoding

  constructor(label = 'utf-8', options = undefined) {
    const text = `${label}`;
    const encoding = encodingOf(text);
    if (encoding === undefined) throw new ERR_ENCODING_NOT_SUPPORTED(text);
    if (options !== undefined && options !== null) {
      validateObject(options, 'options', { __proto__: null, allowArray: true, allowFunction: true });
    }
    this.#encoding = encoding;
    this.#fatal = !!options?.fatal;
    this.#ignoreBOM = !!options?.ignoreBOM;
    this.#flags = encoding < kFirstLegacy ? encoding + (this.#fatal ? 8 : 0) : encoding - kFirstLegacy + (this.#fatal ? 64 : 0);
    this.#streaming = encoding >= kFirstLegacy;
  }

  get encoding() {
    if (!(#flags in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return nameOf(this.#encoding);
  }

  get fatal() {
    if (!(#flags in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!(#flags in this)) throw new ERR_INVALID_THIS('TextDecoder');
    return this.#ignoreBOM;
  }

  [kInspect](depth, options) {
    const { encoding, fatal, ignoreBOM } = this;
    return inspectMembers(this, depth, options, { encoding, fatal, ignoreBOM }, '[TextDecoder]');
  }

  decode(input = nothing, options = undefined) {
    if (!(#flags in this)) throw new ERR_INVALID_THIS('TextDecoder');
    let stream = false;
    if (options !== undefined && options !== null) {
      validateObject(options, 'options', { __proto__: null, allowArray: true, allowFunction: true });
      stream = !!options.stream;
    }
    let bytes = input;
    let length = native.uint8Length(input);
    if (length === -1) {
      bytes = bytesOf(input);
      length = TypedArrayPrototypeGetLength(bytes);
    }
    if (stream || this.#streaming) return this.#continue(bytes, stream);
    return this.#convert(bytes, length, !this.#ignoreBOM);
  }

  // A chunk of several. What may be the start of a character is kept back until the next one.
  #continue(bytes, more) {
    if (this.#encoding >= kFirstLegacy) return this.#convertLegacy(bytes, more);
    if (!this.#streaming) {
      this.#begun = false;
      this.#kept = undefined;
    }
    this.#streaming = more;
    // A copy: another thread may write to shared memory between looking at its end and decoding it.
    let own = joined(this.#kept, bytes);
    let length = TypedArrayPrototypeGetLength(own);
    this.#kept = undefined;
    const tail = more ? incompleteTail(this.#encoding, own, length) : 0;
    if (tail > 0) {
      const buffer = TypedArrayPrototypeGetBuffer(own);
      length -= tail;
      this.#kept = new Uint8Array(new Uint8Array(buffer, length, tail)); // without holding on to the whole chunk
      own = new Uint8Array(buffer, 0, length);
    }
    if (length === 0) return '';
    const atStart = !this.#begun;
    this.#begun = true;
    return this.#convert(own, length, atStart && !this.#ignoreBOM);
  }

  // A chunk of several or a whole text. No legacy encoding has a byte order mark.
  #convertLegacy(bytes, more) {
    if (!this.#begun) {
      this.#kept = undefined;
      this.#state = 0;
    }
    this.#begun = more;
    let length = TypedArrayPrototypeGetLength(bytes);
    let own;
    if (this.#kept !== undefined) own = joined(this.#kept, bytes);
    else if (length > kScratchBytes) own = new Uint8Array(bytes);
    if (own === undefined) copyIn(bytes, length);
    else length = TypedArrayPrototypeGetLength(own);
    const state = this.#state;
    this.#kept = undefined;
    this.#state = 0; // should the text not be well-formed
    numbers[0] = this.#flags + (more ? 128 : 0);
    numbers[1] = length;
    numbers[2] = state;
    const text = own === undefined ? native.decodeLegacyText() : native.decodeLegacyText(own);
    if (text === undefined) throw new ERR_ENCODING_INVALID_ENCODED_DATA(nameOf(this.#encoding));
    const tail = numbers[1];
    this.#state = numbers[2];
    if (tail > 0) this.#kept = new Uint8Array(new Uint8Array(own === undefined ? scratchBuffer : TypedArrayPrototypeGetBuffer(own), length - tail, tail));
    return text;
  }

  #convert(bytes, length, skipsMark) {
    let text;
    numbers[0] = this.#flags;
    if (length <= kScratchBytes) {
      copyIn(bytes, length);
      numbers[1] = length;
      numbers[2] = skipsMark ? markSize(this.#encoding, scratch, length) : 0;
      text = native.decodeText();
    } else {
      // A copy that C++ may look into; one made by a length-tracking view may have changed its length since.
      const own = new Uint8Array(bytes);
      numbers[1] = TypedArrayPrototypeGetLength(own);
      numbers[2] = skipsMark ? markSize(this.#encoding, own, numbers[1]) : 0;
      text = native.decodeText(own);
    }
    if (text !== undefined) return text;
    this.#kept = undefined;
    throw new ERR_ENCODING_INVALID_ENCODED_DATA(nameOf(this.#encoding));
  }
}
defineInterface(TextDecoder, 'TextDecoder');
registerPlatformObject(TextDecoder.prototype);

// For encoding_streams.js: the methods as they were made.
const getterOf = (key) => uncurryThis(ReflectGetOwnPropertyDescriptor(TextDecoder.prototype, key).get);
const internals = {
  __proto__: null,
  encode: uncurryThis(TextEncoder.prototype.encode), decode: uncurryThis(TextDecoder.prototype.decode),
  encodingOf: getterOf('encoding'), fatalOf: getterOf('fatal'), ignoreBomOf: getterOf('ignoreBOM'),
};

module.exports = { TextDecoder, TextEncoder, internals };
