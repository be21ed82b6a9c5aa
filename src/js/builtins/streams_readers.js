// The classes ReadableStreamDefaultReader and ReadableStreamBYOBReader (Streams, sections 4.3 to 4.5).
'use strict';

const { ArrayBufferPrototypeGetByteLength, PromiseReject, RangeError, SymbolFor } = primordials;
const { ConversionError, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { ERR_INVALID_STATE, describeView, isDetached, requireDictionary, wholeNumberOf } = require('streams_arguments');
const { pullInto } = require('streams_byte_controller');
const { PromiseRequest, acquireByobReader, acquireReader, cancel, kErrored, read, release } = require('streams_readable_core');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor

const lazyReadable = () => require('streams_readable'); // which requires this file

function streamOf(value, count) {
  if (count === 0) throw new ERR_MISSING_ARGS('stream');
  const { internals } = lazyReadable();
  if (!internals.isReadableStream(value)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', value);
  return internals.stateOf(value);
}

const released = () => new ERR_INVALID_STATE('The reader is not attached to a stream');

function cancelOf(reader, reason) {
  return reader.stream === null ? PromiseReject(released()) : cancel(reader.stream, reason);
}

function membersOf(reader) {
  return {
    stream: reader.stream === null ? undefined : lazyReadable().internals.faceOf(reader.stream),
    [reader.isByob ? 'requests' : 'readRequests']: reader.requests.length,
    close: reader.closed.promise,
  };
}

let isDefault;
let isByob;

class ReadableStreamDefaultReader {
  #state;

  constructor(stream, state = undefined) {
    this.#state = stream === kCreate ? state : acquireReader(streamOf(stream, arguments.length));
    this.#state.face = this;
  }

  get closed() {
    if (!isDefault(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    return this.#state.closed.promise;
  }

  cancel(reason = undefined) {
    if (!isDefault(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    return cancelOf(this.#state, reason);
  }

  read() {
    if (!isDefault(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    if (this.#state.stream === null) return PromiseReject(released());
    const request = new PromiseRequest();
    read(this.#state, request);
    return request.promise;
  }

  releaseLock() {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultReader');
    if (this.#state.stream !== null) release(this.#state);
  }

  [kInspect](depth, options) {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultReader');
    return inspectMembers(this, depth, options, membersOf(this.#state));
  }

  static {
    isDefault = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

class ReadableStreamBYOBReader {
  #state;

  constructor(stream, state = undefined) {
    this.#state = stream === kCreate ? state : acquireByobReader(streamOf(stream, arguments.length));
    this.#state.face = this;
  }

  get closed() {
    if (!isByob(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamBYOBReader'));
    return this.#state.closed.promise;
  }

  cancel(reason = undefined) {
    if (!isByob(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamBYOBReader'));
    return cancelOf(this.#state, reason);
  }

  read(view, options = undefined) {
    if (!isByob(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamBYOBReader'));
    try {
      if (arguments.length === 0) throw new ERR_MISSING_ARGS('view');
      const request = new PromiseRequest();
      readInto(this.#state, view, options, request);
      return request.promise;
    } catch (error) {
      return PromiseReject(error);
    }
  }

  releaseLock() {
    if (!isByob(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBReader');
    if (this.#state.stream !== null) release(this.#state);
  }

  [kInspect](depth, options) {
    if (!isByob(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBReader');
    return inspectMembers(this, depth, options, membersOf(this.#state));
  }

  static {
    isByob = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

function readInto(reader, view, options, request) {
  describeView(view, 'view');
  requireDictionary(options, 'options');
  let minimum = options?.min;
  minimum = minimum === undefined ? 1 : wholeNumberOf(minimum, 'options.min');
  const described = describeView(view, 'view'); // again: the program ran
  if (described.byteLength === 0) throw new ERR_INVALID_STATE(isDetached(described.buffer) ? 'View ArrayBuffer is detached' : 'View is zero-length');
  if (ArrayBufferPrototypeGetByteLength(described.buffer) === 0) throw new ERR_INVALID_STATE('View ArrayBuffer is zero-length or detached');
  if (minimum === 0) throw new ConversionError('options.min must be greater than 0.');
  if (minimum > described.length) throw new RangeError('options.min is more than the view holds');
  if (reader.stream === null) throw released();
  readView(reader, described, minimum, request);
}

/// ReadableStreamBYOBReaderRead; `view` as of describeView(), `reader` has a stream.
function readView(reader, view, minimum, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === kErrored) request.error(stream.error);
  else pullInto(stream.controller, view, minimum, request);
}

expose(ReadableStreamDefaultReader);
expose(ReadableStreamBYOBReader);

/// Of the state of a reader that has none.
function faceOf(reader) {
  return new (reader.isByob ? ReadableStreamBYOBReader : ReadableStreamDefaultReader)(kCreate, reader);
}

module.exports = { ReadableStreamBYOBReader, ReadableStreamDefaultReader, faceOf, readView };
