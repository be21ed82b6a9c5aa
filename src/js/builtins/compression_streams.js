// CompressionStream and DecompressionStream: https://compression.spec.whatwg.org/
// The bytes go through the scratch in both directions (src/js/host_compression.cpp), and output comes in pieces of its size. However much one chunk becomes:
// no more than kPiecesMax pieces wait for a reader.
'use strict';

const {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset, Int32Array, MathMin, SymbolFor, TypeError, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array,
} = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS, coded } = require('errors');
const { finds } = require('slots');
const { checkBytes } = require('streams_arguments');
const { internals: readables } = require('streams_readable');
const { makeTransform } = require('streams_transform_core');
const { internals: writables } = require('streams_writable');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const scratch = native.scratch();
const scratchBuffer = TypedArrayPrototypeGetBuffer(scratch);
const kScratchBytes = TypedArrayPrototypeGetLength(scratch) - 16;
const numbers = new Int32Array(scratchBuffer, kScratchBytes); // arguments of host functions

const kPiecesMax = 64; // 1 MiB
const kDecompress = 4;
const kCodecBytes = { __proto__: null, compress: (16 + 288) * 1024, decompress: (16 + 48) * 1024 }; // see host_compression.cpp
// States of a codec.
const kEnded = 1;
const kFailed = 2;

const ERR_DATA = coded(TypeError, 'ERR_INVALID_STATE', (text) => text);

/// The bytes of a BufferSource, without copying. A detached one has none; shared memory is none.
function bytesOf(chunk) {
  let buffer = chunk;
  let at = 0;
  let length = -1;
  if (ArrayBufferIsView(chunk)) {
    if (TypedArrayPrototypeGetSymbolToStringTag(chunk) !== undefined) {
      buffer = TypedArrayPrototypeGetBuffer(chunk);
      at = TypedArrayPrototypeGetByteOffset(chunk);
      length = TypedArrayPrototypeGetByteLength(chunk);
    } else {
      buffer = DataViewPrototypeGetBuffer(chunk);
      const inside = finds(DataViewPrototypeGetByteLength, chunk);
      at = inside ? DataViewPrototypeGetByteOffset(chunk) : 0;
      length = inside ? DataViewPrototypeGetByteLength(chunk) : 0;
    }
  }
  if (!finds(ArrayBufferPrototypeGetByteLength, buffer)) throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], chunk);
  if (ArrayBufferPrototypeGetDetached(buffer)) return new Uint8Array(0);
  return new Uint8Array(buffer, at, length === -1 ? ArrayBufferPrototypeGetByteLength(buffer) : length);
}

class Codec {
  #handle;
  #memory; // kept for the collector's sake
  #decompresses;
  #state = 0;
  #input = null; // what is not in the handle yet
  #at = 0;
  #left = 0; // in the handle

  constructor(format, decompresses) {
    checkBytes(decompresses ? kCodecBytes.decompress : kCodecBytes.compress);
    this.#decompresses = decompresses;
    numbers[0] = format + (decompresses ? kDecompress : 0);
    const made = native.makeCodec();
    this.#handle = made[0];
    this.#memory = made[1];
  }

  transform(chunk, stream) {
    const bytes = bytesOf(chunk);
    if (TypedArrayPrototypeGetLength(bytes) === 0) return undefined;
    if (this.#state === kEnded) throw new ERR_DATA('Trailing junk found after the end of the compressed stream');
    this.#input = bytes;
    this.#at = 0;
    return this.#pump(stream, false);
  }

  flush(stream) {
    return this.#pump(stream, true);
  }

  cancel() {
    native.closeCodec(this.#handle);
  }

  // All output there is to the input. A promise when a reader has to be waited for.
  #pump(stream, last) {
    for (;;) {
      if (this.#left === 0) this.#feed();
      numbers[0] = last && this.#left === 0 ? 1 : 0;
      const count = this.#state === kEnded ? 0 : native.takeFromCodec(this.#handle);
      if (this.#state !== kEnded) {
        this.#state = numbers[1];
        this.#left = numbers[2];
      }
      if (count > 0) {
        checkBytes(count);
        stream.enqueue(new Uint8Array(new Uint8Array(scratchBuffer, 0, count)));
      }
      if (this.#state === kFailed) throw new ERR_DATA('The compressed data was not valid');
      if (this.#state === kEnded) return this.#end(last);
      if (count < kScratchBytes && this.#left === 0 && this.#input === null) return this.#pause(last);
      if (count > 0 && stream.waiting >= kPiecesMax) return this.#wait(stream, last);
    }
  }

  #feed() {
    const bytes = this.#input;
    if (bytes === null) return;
    const count = MathMin(TypedArrayPrototypeGetLength(bytes) - this.#at, kScratchBytes);
    TypedArrayPrototypeSet(scratch, new Uint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + this.#at, count));
    this.#at += count;
    if (this.#at === TypedArrayPrototypeGetLength(bytes)) this.#input = null;
    numbers[0] = this.#left = count;
    native.putIntoCodec(this.#handle);
  }

  // More input is needed.
  #pause(last) {
    if (last && this.#decompresses) {
      native.closeCodec(this.#handle);
      throw new ERR_DATA('The compressed data ended too early');
    }
    return undefined;
  }

  #end(last) {
    const rest = this.#left > 0 || this.#input !== null;
    this.#input = null;
    if (rest && this.#decompresses && !last) throw new ERR_DATA('Trailing junk found after the end of the compressed stream');
    return undefined;
  }

  async #wait(stream, last) {
    // What is left of the chunk is still as it was written when the reader comes.
    if (this.#input !== null) {
      const bytes = this.#input;
      checkBytes(TypedArrayPrototypeGetLength(bytes) - this.#at);
      this.#input = new Uint8Array(new Uint8Array(TypedArrayPrototypeGetBuffer(bytes), TypedArrayPrototypeGetByteOffset(bytes) + this.#at,
        TypedArrayPrototypeGetLength(bytes) - this.#at));
      this.#at = 0;
    }
    do {
      await stream.wanted();
      if (!stream.open) return;
    } while (stream.waiting >= kPiecesMax);
    await this.#pump(stream, last);
  }
}

const formats = { __proto__: null, deflate: 0, 'deflate-raw': 1, gzip: 2 };

function makeCodec(format, count, decompresses) {
  if (count === 0) throw new ERR_MISSING_ARGS('format');
  const name = `${format}`;
  if (formats[name] === undefined) throw new ERR_INVALID_ARG_VALUE('format', name, "must be one of: 'deflate', 'deflate-raw', 'gzip'");
  return makeTransform(new Codec(formats[name], decompresses));
}

class CompressionStream {
  #transform;

  constructor(format) {
    this.#transform = makeCodec(format, arguments.length, false);
  }

  get readable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('CompressionStream');
    return readables.faceOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('CompressionStream');
    return writables.faceOf(this.#transform.writable);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { readable: this.readable, writable: this.writable });
  }
}

class DecompressionStream {
  #transform;

  constructor(format) {
    this.#transform = makeCodec(format, arguments.length, true);
  }

  get readable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('DecompressionStream');
    return readables.faceOf(this.#transform.readable);
  }

  get writable() {
    if (!(#transform in this)) throw new ERR_INVALID_THIS('DecompressionStream');
    return writables.faceOf(this.#transform.writable);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { readable: this.readable, writable: this.writable });
  }
}

expose(CompressionStream);
expose(DecompressionStream);

module.exports = { CompressionStream, DecompressionStream };
