// The state behind WritableStreamDefaultWriter (Streams, section 5.3), and writing with it.
'use strict';

const { ERR_INVALID_STATE } = require('streams_arguments');
const { Attribute } = require('streams_promises');
const { failController, isClosing, kClosed, kErrored, kErroring, kWritable, put, rejected } = require('streams_writable_core');

class Writer {
  stream = null; // null once it is released
  ready = new Attribute();
  closed = new Attribute();
  onReady = null; // () => void, for built-ins: there is room again
  onErrored = null; // () => void, for built-ins
  face = null;
}

/// Throws for a stream that is locked.
function acquireWriter(stream) {
  if (stream.writer !== null) throw new ERR_INVALID_STATE('WritableStream is locked');
  const writer = new Writer();
  writer.stream = stream;
  stream.writer = writer;
  const { error, state } = stream;
  if (state === kWritable) {
    if (isClosing(stream) || !stream.backpressure) writer.ready.fulfil();
  } else if (state === kClosed) {
    writer.ready.fulfil();
    writer.closed.fulfil();
  } else {
    writer.ready.reject(error);
    if (state === kErrored) writer.closed.reject(error);
  }
  return writer;
}

function release(writer) {
  const error = new ERR_INVALID_STATE('Writer has been released');
  writer.ready = rejected(writer.ready, error);
  writer.closed = rejected(writer.closed, error);
  writer.stream.writer = null;
  writer.stream = null;
}

/// `writer` has a stream.
function write(writer, chunk, request) {
  const { stream } = writer;
  const { controller } = stream;
  const size = sizeOf(controller, chunk);
  if (stream !== writer.stream) return request.reject(new ERR_INVALID_STATE('Writer is not bound to a WritableStream'));
  const { state } = stream;
  if (state === kErrored) return request.reject(stream.error);
  if (isClosing(stream) || state === kClosed) return request.reject(new ERR_INVALID_STATE('WritableStream is closed'));
  if (state === kErroring) return request.reject(stream.error);
  stream.requests.push(request);
  return put(controller, chunk, size);
}

function sizeOf(controller, chunk) {
  if (controller.size === null) return 1;
  try {
    return controller.size(chunk);
  } catch (error) {
    failController(controller, error);
    return 1;
  }
}

/// How much more is wanted: null when it is errored, or will be; 0 when it is closed.
function desiredSize(stream) {
  if (stream.state === kWritable) return stream.controller.highWaterMark - stream.controller.queue.total;
  return stream.state === kClosed ? 0 : null;
}

module.exports = { acquireWriter, desiredSize, release, write };
