// `node:fs`, deliberately small: what programs need to read their input and write a result. The *Sync functions block.
// readFile() reads one chunk per setImmediate turn, so the loop keeps running between chunks. Paths are strings; bytes
// are Uint8Array; the only encoding is UTF-8.
'use strict';

const {
  ArrayBufferIsView, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSort, Date, Promise,
  StringPrototypeToLowerCase, TypedArrayPrototypeSet, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray, Uint8Array,
  DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset,
  TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset,
} = primordials;
const {
  AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_UNSUPPORTED, validateAbortSignal, validateFunction,
  validateString,
} = require('errors');
const { isTypedArray } = require('util_types');

const kChunkBytes = 256 * 1024;

const kFile = 0;
const kDirectory = 1;
const kMissing = -1;

// Options are an encoding or an object; true means text, false means bytes.
function wantsText(options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (encoding === undefined || encoding === null || encoding === 'buffer') return false;
  const name = typeof encoding === 'string' ? StringPrototypeToLowerCase(encoding) : '';
  if (name === 'utf8' || name === 'utf-8') return true;
  throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is not supported, only utf8 is');
}

function rejectFlag(options, expected) {
  const flag = options !== null && typeof options === 'object' ? options.flag : undefined;
  if (flag !== undefined && flag !== null && flag !== expected) throw new ERR_UNSUPPORTED(`The file flag '${flag}'`);
}

function readFileSync(path, options) {
  validateString(path, 'path');
  rejectFlag(options, 'r');
  return wantsText(options) ? native.fsReadText(path) : native.fsReadBytes(path);
}

function existsSync(path) {
  return typeof path === 'string' && native.fsStat(path) !== kMissing;
}

class Stats {
  #kind;

  constructor(kind, size, mtimeMs) {
    this.#kind = kind;
    this.size = size;
    this.mtimeMs = mtimeMs;
    this.mtime = new Date(mtimeMs);
  }

  isFile() { return this.#kind === kFile; }
  isDirectory() { return this.#kind === kDirectory; }
}

function statSync(path, options) {
  validateString(path, 'path');
  let found;
  try {
    found = native.fsStatFull(path);
  } catch (error) {
    if (options?.throwIfNoEntry === false && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
  return new Stats(found[0], found[1], found[2]);
}

function readdirSync(path, options) {
  validateString(path, 'path');
  if (options?.withFileTypes || options?.recursive) throw new ERR_UNSUPPORTED('fs.readdirSync with these options');
  return ArrayPrototypeSort(native.fsReaddir(path));
}

function realpathSync(path) {
  validateString(path, 'path');
  return native.fsRealpath(path);
}

function writeFileSync(path, data, options) {
  validateString(path, 'path');
  rejectFlag(options, 'w');
  if (typeof options === 'string' || options?.encoding) wantsText(options);
  native.fsWrite(path, typeof data === 'string' ? data : bytesOf(data));
}

// A copy: C++ looks into it, and the engine would never let go of the program's own buffer again.
function bytesOf(data) {
  if (!ArrayBufferIsView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Uint8Array', 'TypedArray', 'DataView'], data);
  }
  const typed = isTypedArray(data);
  const length = typed ? TypedArrayPrototypeGetByteLength(data) : DataViewPrototypeGetByteLength(data);
  if (length === 0) return new Uint8Array(0); // it may be detached
  const buffer = typed ? TypedArrayPrototypeGetBuffer(data) : DataViewPrototypeGetBuffer(data);
  const offset = typed ? TypedArrayPrototypeGetByteOffset(data) : DataViewPrototypeGetByteOffset(data);
  return new Uint8Array(new Uint8Array(buffer, offset, length));
}

// ---- reading in turns -----------------------------------------------------------------------------------------------

// Number of bytes, of the first `length`, that form whole UTF-8 characters: a sequence cut by the end of a chunk waits
// for the next one.
function wholeCharacters(bytes, length) {
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back];
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? length - back : length;
    }
  }
  return length;
}

// Collects decoded text; keeps up to three bytes of an unfinished character at the start of the buffer.
class TextCollector {
  #buffer = new Uint8Array(kChunkBytes);
  #kept = 0;
  #pieces = [];

  read(fd) {
    const count = native.fsReadChunk(fd, TypedArrayPrototypeSubarray(this.#buffer, this.#kept));
    const length = this.#kept + count;
    // At the end of the file an unfinished character stays unfinished: the decoder marks it.
    const whole = count === 0 ? length : wholeCharacters(this.#buffer, length);
    if (whole > 0) ArrayPrototypePush(this.#pieces, native.utf8Decode(this.#buffer, whole));
    this.#kept = length - whole;
    for (let i = 0; i < this.#kept; i++) this.#buffer[i] = this.#buffer[whole + i];
    return count;
  }

  result() { return ArrayPrototypeJoin(this.#pieces, ''); }
}

class ByteCollector {
  #pieces = [];
  #total = 0;

  read(fd) {
    const buffer = new Uint8Array(kChunkBytes);
    const count = native.fsReadChunk(fd, buffer);
    if (count > 0) {
      // A short read must not hold a whole buffer.
      ArrayPrototypePush(this.#pieces, count === kChunkBytes ? buffer : TypedArrayPrototypeSlice(buffer, 0, count));
      this.#total += count;
    }
    return count;
  }

  result() {
    const bytes = new Uint8Array(this.#total);
    for (let i = 0, at = 0; i < this.#pieces.length; at += this.#pieces[i].length, i++) {
      TypedArrayPrototypeSet(bytes, this.#pieces[i], at);
    }
    return bytes;
  }
}

// done(error) or done(null, data), always in a later turn and at most once.
function readInTurns(path, options, done) {
  validateString(path, 'path');
  rejectFlag(options, 'r');
  const collector = wantsText(options) ? new TextCollector() : new ByteCollector();
  const signal = options !== null && typeof options === 'object' ? options.signal : undefined;
  validateAbortSignal(signal, 'options.signal');
  const { setImmediate } = require('timers');
  let fd = -1;

  function turn() {
    let finished = false;
    let failure = null;
    let data;
    try {
      if (signal !== undefined && signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
      if (fd === -1) fd = native.fsOpen(path);
      if (collector.read(fd) === 0) {
        data = collector.result();
        finished = true;
      }
    } catch (error) {
      failure = error;
    }
    if (!finished && failure === null) {
      setImmediate(turn);
      return;
    }
    if (fd !== -1) native.fsClose(fd);
    // Outside the try: what the caller's function throws is the caller's.
    if (failure !== null) done(failure);
    else done(null, data);
  }
  setImmediate(turn);
}

function readFile(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'cb');
  readInTurns(path, options, callback);
}

async function readFilePromise(path, options) {
  return new Promise((resolve, reject) => {
    readInTurns(path, options, (error, data) => {
      if (error !== null) reject(error);
      else resolve(data);
    });
  });
}

module.exports = {
  existsSync, readFile, readFileSync, readdirSync, realpathSync, Stats, statSync, writeFileSync,
  promises: { readFile: readFilePromise },
};
