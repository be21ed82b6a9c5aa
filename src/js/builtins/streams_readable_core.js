// The states behind ReadableStream and its readers (Streams, sections 4.2 and 4.9), and what is done to them. The objects that programs see are faces
// of these: a stream that only built-ins use has none.
//
// A stream is `readable` until it is `closed` or `errored`, for good. Who moves it: its controller, by close() and error() below, and cancel().
// - It has a controller from its construction on; a reader while it is locked, and only then.
// - A reader has requests that wait only while the stream is readable; those of a closed or errored one have been answered.
//
// A controller of either kind is an object with
//   pullSteps(request)      somebody wants a chunk
//   cancelSteps(reason)     drops what waits, and returns what the source's cancel() did; may throw
//   releaseSteps()          the reader lets go
//   isBytes, face, stream
// A read request is an object with chunk(value), close() and error(reason); one of a BYOB reader gets a value with close(), or undefined. They are called
// with the stream in order: they may do anything to it.
'use strict';

const { PromiseReject, PromiseResolve, PromiseWithResolvers } = primordials;
const { ERR_INVALID_STATE } = require('streams_arguments');
const { Attribute, afterwards } = require('streams_promises');
const { Fifo } = require('streams_queue');

const kReadable = 0;
const kClosed = 1;
const kErrored = 2;

class Stream {
  state = kReadable;
  disturbed = false;
  error = undefined; // why it is errored
  controller = null;
  reader = null;
  face = null;
}

class Reader {
  stream = null; // null once it is released
  closed = new Attribute();
  requests = new Fifo();
  onSettled = null; // () => void, for built-ins: the stream was closed or errored
  isByob;
  face = null;

  constructor(isByob) {
    this.isByob = isByob;
  }
}

/// Puts `reader` on a stream that is not locked.
function attach(reader, stream) {
  reader.stream = stream;
  stream.reader = reader;
  if (stream.state === kClosed) reader.closed.fulfil();
  else if (stream.state === kErrored) reader.closed.reject(stream.error);
}

/// AcquireReadableStreamDefaultReader. Throws for a stream that is locked.
function acquireReader(stream) {
  requireUnlocked(stream);
  const reader = new Reader(false);
  attach(reader, stream);
  return reader;
}

function acquireByobReader(stream) {
  requireUnlocked(stream);
  if (!stream.controller.isBytes) throw new ERR_INVALID_STATE('The stream is not a byte stream, so it has no BYOB reader');
  const reader = new Reader(true);
  attach(reader, stream);
  return reader;
}

function requireUnlocked(stream) {
  if (stream.reader !== null) throw new ERR_INVALID_STATE('ReadableStream is locked');
}

/// The requests that wait are answered with an error.
function release(reader) {
  const { stream } = reader;
  const error = new ERR_INVALID_STATE('Releasing reader');
  if (reader.closed.pending) reader.closed.reject(error);
  else {
    reader.closed = new Attribute();
    reader.closed.reject(error);
  }
  stream.controller.releaseSteps();
  stream.reader = null;
  reader.stream = null;
  failRequests(reader, error);
}

function failRequests(reader, error) {
  const { requests } = reader;
  if (requests.length === 0) return;
  reader.requests = new Fifo();
  while (requests.length > 0) requests.shift().error(error);
}

/// ReadableStreamDefaultReaderRead; `reader` has a stream.
function read(reader, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === kReadable) stream.controller.pullSteps(request);
  else if (stream.state === kClosed) request.close();
  else request.error(stream.error);
}

/// Answers the first request that waits.
function fulfil(stream, chunk) {
  stream.reader.requests.shift().chunk(chunk);
}

/// The same at the end of the stream, where a BYOB reader gets its view back.
function fulfilLast(stream, view) {
  stream.reader.requests.shift().close(stream.reader.isByob ? view : undefined);
}

/// How many requests of a reader of that kind wait.
const waitingReads = (stream) => (stream.reader === null || stream.reader.isByob ? 0 : stream.reader.requests.length);
const waitingByobReads = (stream) => (stream.reader !== null && stream.reader.isByob ? stream.reader.requests.length : 0);

/// ReadableStreamClose, of a readable one.
function close(stream) {
  stream.state = kClosed;
  const { reader } = stream;
  if (reader === null) return;
  reader.closed.fulfil();
  if (!reader.isByob && reader.requests.length > 0) {
    const { requests } = reader;
    reader.requests = new Fifo();
    while (requests.length > 0) requests.shift().close();
  }
  if (reader.onSettled !== null) reader.onSettled();
}

/// ReadableStreamError, of a readable one.
function fail(stream, reason) {
  stream.state = kErrored;
  stream.error = reason;
  const { reader } = stream;
  if (reader === null) return;
  reader.closed.reject(reason);
  failRequests(reader, reason);
  if (reader.onSettled !== null) reader.onSettled();
}

/// ReadableStreamCancel: a promise that is fulfilled with undefined.
function cancel(stream, reason) {
  stream.disturbed = true;
  if (stream.state === kClosed) return PromiseResolve();
  if (stream.state === kErrored) return PromiseReject(stream.error);
  close(stream);
  const { reader } = stream;
  if (reader !== null && reader.isByob) {
    const { requests } = reader;
    reader.requests = new Fifo();
    while (requests.length > 0) requests.shift().close(undefined);
  }
  let result;
  try {
    result = stream.controller.cancelSteps(reason);
  } catch (error) {
    return afterwards(PromiseReject(error));
  }
  return afterwards(result);
}

/// The read request behind read() of a program.
class PromiseRequest {
  #settle = PromiseWithResolvers();
  get promise() { return this.#settle.promise; }
  chunk(value) { this.#settle.resolve({ value, done: false }); }
  close(value = undefined) { this.#settle.resolve({ value, done: true }); }
  error(reason) { this.#settle.reject(reason); }
}

module.exports = {
  PromiseRequest, Stream, acquireByobReader, acquireReader, cancel, close, fail, fulfil, fulfilLast, kClosed, kErrored, kReadable, read, release,
  requireUnlocked, waitingByobReads, waitingReads,
};
