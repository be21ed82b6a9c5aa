// What other built-ins use of streams: see the head of streams.js. Nothing here asks a program's object for anything, but for what is in its own source.
'use strict';

const {
  ArrayBufferPrototypeGetByteLength, PromiseWithResolvers, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet, Uint8Array,
} = primordials;
const { ERR_INVALID_ARG_TYPE } = require('errors');
const { checkBytes } = require('streams_arguments');
const bytes = require('streams_byte_controller');
const { respond } = require('streams_byte_respond');
const core = require('streams_readable_core');
const { Fifo } = require('streams_queue');
const { internals: faces } = require('streams_readable');

const { stateOf } = faces;

class BuiltInSource {
  #pull;
  #cancel;

  constructor(pull, cancel) {
    this.#pull = pull;
    this.#cancel = cancel;
  }

  pull(controller) { return this.#pull === undefined ? undefined : (0, this.#pull)(controller); }
  cancel(reason) { return this.#cancel === undefined ? undefined : (0, this.#cancel)(reason); }
}

function makeByteStream({ pull, cancel, highWaterMark = 0 }) {
  const stream = new core.Stream();
  bytes.started(new bytes.ByteController(stream, new BuiltInSource(pull, cancel), highWaterMark, 0), undefined);
  return faces.faceOf(stream);
}

function enqueue(controller, chunk) {
  const length = native.uint8Length(chunk);
  if (length > 0) bytes.enqueueOwned(controller, TypedArrayPrototypeGetBuffer(chunk), TypedArrayPrototypeGetByteOffset(chunk), length);
}

// A reader of a BYOB kind waits for its buffer, so that the end is told to it by an answer of no bytes.
function close(controller) {
  bytes.closeController(controller);
  if (controller.stream.state === core.kClosed && controller.pullIntos.length > 0) respond(controller, 0);
}

function byobView(controller) {
  const request = bytes.requestOf(controller);
  return request === null ? null : request.view;
}

function tee(stream, clones) {
  const branches = require('streams_tee').tee(stateOf(stream), clones);
  return [faces.faceOf(branches[0]), faces.faceOf(branches[1])];
}

// The read request of readAll(): reads on when a chunk has come. Chunks that are there come in a loop, not by recursion.
class Pump {
  #reader;
  #onChunk;
  #onEnd;
  #onError;
  #looping = false;
  #answered = false;

  constructor(reader, onChunk, onEnd, onError) {
    this.#reader = reader;
    this.#onChunk = onChunk;
    this.#onEnd = onEnd;
    this.#onError = onError;
  }

  run() {
    this.#looping = true;
    do {
      this.#answered = false;
      core.read(this.#reader, this);
    } while (this.#answered);
    this.#looping = false;
  }

  chunk(value) {
    try {
      (0, this.#onChunk)(value);
    } catch (error) {
      (0, this.#onError)(error);
      return;
    }
    if (this.#looping) this.#answered = true;
    else this.run();
  }

  close() { (0, this.#onEnd)(); }
  error(reason) { (0, this.#onError)(reason); }
}

function readAll(stream, onChunk, onEnd, onError) {
  new Pump(core.acquireReader(stateOf(stream)), onChunk, onEnd, onError).run();
}

class Collected {
  #chunks = new Fifo();
  #total = 0;
  #owned;

  constructor(owned) {
    this.#owned = owned; // a program that made the chunks may still change them
  }

  add(chunk) {
    const length = native.uint8Length(chunk);
    if (length === -1) throw new ERR_INVALID_ARG_TYPE('chunk', 'Uint8Array', chunk);
    if (length === 0) return;
    this.#total += length;
    checkTotal(this.#total);
    if (!this.#owned) checkBytes(length);
    this.#chunks.push(this.#owned ? chunk : new Uint8Array(chunk));
  }

  join() {
    const chunks = this.#chunks;
    if (chunks.length === 1 && ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(chunks.peek())) === this.#total) return chunks.shift();
    checkBytes(this.#total);
    const all = new Uint8Array(this.#total);
    for (let at = 0; chunks.length > 0;) {
      const chunk = chunks.shift();
      TypedArrayPrototypeSet(all, chunk, at);
      at += TypedArrayPrototypeGetLength(chunk);
    }
    return all;
  }
}

// Of a stream without end, before it is too late.
function checkTotal(total) {
  if (native.sandbox !== undefined && total > native.sandbox.bufferBytes) throw native.sandbox.over('bufferBytes', 'bytes in a buffer');
}

function readAllBytes(stream) {
  const { promise, reject, resolve } = PromiseWithResolvers();
  try {
    const bytesRead = new Collected(stateOf(stream).controller.isBytes);
    readAll(stream, (chunk) => bytesRead.add(chunk), () => {
      try {
        resolve(bytesRead.join());
      } catch (error) {
        reject(error);
      }
    }, reject);
  } catch (error) {
    reject(error);
  }
  return promise;
}

module.exports = {
  __proto__: null,
  isReadableStream: faces.isReadableStream,
  isDisturbed: (stream) => stateOf(stream).disturbed,
  isLocked: (stream) => stateOf(stream).reader !== null,
  isReadable: (stream) => stateOf(stream).state === core.kReadable,
  makeByteStream, enqueue, close, byobView, respond,
  error: bytes.failController,
  desiredSize: bytes.desiredSize,
  readAll, readAllBytes, tee,
  cancel: (stream, reason) => core.cancel(stateOf(stream), reason),
};
