// The states behind WritableStream and its controller (Streams, sections 5.2, 5.4 and 5.5), and what is done to them. streams_writing.js has the writer's.
//
// A stream is `writable`; from there it is `closed`, or `erroring` while something the sink does is on its way, and then `errored`. An erroring stream whose
// close() was on its way may still be closed. Who moves it: abort(), failController(), the end of a write or of the closing.
// - A write waits in the controller's queue, with its request in `requests`, until all before it are done; one at a time is in flight.
// - close() waits in the queue behind all writes.
//
// A sink is an object with write(chunk, controller), close() and abort(reason), which may throw or return anything: it is awaited. It is dropped when
// nothing will be asked of it any more. A write request is an object with fulfil() and reject(reason), which do not run programs.
'use strict';

const { PromiseReject, PromiseResolve, PromiseWithResolvers } = primordials;
const { ERR_INVALID_STATE, checkSize } = require('streams_arguments');
const { Attribute, react, reactThrown, reactSlowly } = require('streams_promises');
const { Fifo, SizedQueue } = require('streams_queue');

const kWritable = 0;
const kClosed = 1;
const kErroring = 2;
const kErrored = 3;

const kClose = { __proto__: null }; // in the queue, behind the last chunk

class Stream {
  state = kWritable;
  error = undefined; // why it is erroring or errored
  backpressure = false;
  controller = null;
  writer = null;
  requests = new Fifo(); // of writes that wait
  writing = null; // the request in flight
  closeRequest = null; // a promise with its resolvers: close() waits
  closing = null; // the same in flight
  aborting = null; // the same with the reason, while abort() waits for what is in flight
  face = null;
}

class Controller {
  stream;
  sink;
  size; // a function, null for 1 each
  highWaterMark;
  queue = new SizedQueue();
  started = false;
  aborted = false;
  abortReason = undefined;
  signal = null; // made when somebody asks for it
  face = null;

  constructor(stream, sink, highWaterMark, size) {
    this.stream = stream;
    this.sink = sink;
    this.highWaterMark = highWaterMark;
    this.size = size;
    stream.controller = this;
    updateBackpressure(stream);
  }
}

/// What start() returned: when that is settled, writing begins.
function started(controller, result) {
  reactSlowly(result, controller, onStarted, onStartFailed);
}

function onStarted(controller) {
  controller.started = true;
  advance(controller);
}

function onStartFailed(controller, reason) {
  controller.started = true;
  reject(controller.stream, reason);
}

const isClosing = (stream) => stream.closeRequest !== null || stream.closing !== null;

/// An attribute that is rejected: this one, if it is still to be.
function rejected(attribute, reason) {
  if (!attribute.pending) attribute = new Attribute();
  attribute.reject(reason);
  return attribute;
}

// ---- the stream ---------------------------------------------------------------------------------------------------------

/// A promise. Also for one that is closed or errored.
function abort(stream, reason) {
  const { controller } = stream;
  if (stream.state === kClosed || stream.state === kErrored) return PromiseResolve();
  if (!controller.aborted) {
    controller.aborted = true;
    controller.abortReason = reason;
    if (controller.signal !== null) require('abort_signal').internals.abort(controller.signal, reason === undefined ? makeAbortError() : reason);
  }
  if (stream.state === kClosed || stream.state === kErrored) return PromiseResolve(); // by a listener
  if (stream.aborting !== null) return stream.aborting.promise;
  const wasErroring = stream.state === kErroring;
  const { promise, reject: rejectIt, resolve } = PromiseWithResolvers();
  stream.aborting = { __proto__: null, promise, reject: rejectIt, resolve, reason: wasErroring ? undefined : reason, wasErroring };
  if (!wasErroring) startErroring(stream, reason);
  return promise;
}

const makeAbortError = () => require('abort_signal').internals.makeAbortError();

function signalOf(controller) {
  if (controller.signal !== null) return controller.signal;
  const signals = require('abort_signal').internals;
  const signal = controller.signal = signals.create();
  if (controller.aborted) signals.abort(signal, controller.abortReason === undefined ? makeAbortError() : controller.abortReason);
  return signal;
}

/// A promise.
function close(stream) {
  if (stream.state === kClosed || stream.state === kErrored)
    return PromiseReject(new ERR_INVALID_STATE(stream.state === kClosed ? 'WritableStream is closed' : 'WritableStream is errored'));
  const request = stream.closeRequest = PromiseWithResolvers();
  const { controller, writer } = stream;
  if (writer !== null && stream.backpressure && stream.state === kWritable) writer.ready.fulfil();
  controller.queue.push(kClose, 0);
  advance(controller);
  return request.promise;
}

function reject(stream, reason) {
  if (stream.state === kWritable) startErroring(stream, reason);
  else finishErroring(stream);
}

function startErroring(stream, reason) {
  stream.state = kErroring;
  stream.error = reason;
  const { writer } = stream;
  if (writer !== null) writer.ready = rejected(writer.ready, reason);
  if (stream.writing === null && stream.closing === null && stream.controller.started) finishErroring(stream);
}

function finishErroring(stream) {
  stream.state = kErrored;
  const { aborting, controller, error, requests } = stream;
  controller.queue.clear();
  stream.requests = new Fifo();
  while (requests.length > 0) requests.shift().reject(error);
  if (aborting === null) {
    rejectClosed(stream);
    return;
  }
  stream.aborting = null;
  if (aborting.wasErroring) {
    aborting.reject(error);
    rejectClosed(stream);
    return;
  }
  const { sink } = controller;
  dropSink(controller);
  const ending = { __proto__: null, stream, aborting };
  let result;
  try {
    result = sink.abort(aborting.reason);
  } catch (reason) {
    reactThrown(reason, ending, onAbortFailed);
    return;
  }
  react(result, ending, onAborted, onAbortFailed);
}

function onAborted({ aborting, stream }) {
  aborting.resolve();
  rejectClosed(stream);
}

function onAbortFailed({ aborting, stream }, reason) {
  aborting.reject(reason);
  rejectClosed(stream);
}

// WritableStreamRejectCloseAndClosedPromiseIfNeeded.
function rejectClosed(stream) {
  const { closeRequest, writer } = stream;
  if (closeRequest !== null) {
    stream.closeRequest = null;
    closeRequest.reject(stream.error);
  }
  if (writer === null) return;
  writer.closed.reject(stream.error);
  if (writer.onErrored !== null) writer.onErrored();
}

function updateBackpressure(stream) {
  const { controller, writer } = stream;
  const backpressure = controller.highWaterMark - controller.queue.total <= 0;
  if (writer !== null && backpressure !== stream.backpressure) {
    if (backpressure) writer.ready = new Attribute();
    else writer.ready.fulfil();
  }
  stream.backpressure = backpressure;
  if (!backpressure && writer !== null && writer.onReady !== null) writer.onReady();
}

// ---- the controller -----------------------------------------------------------------------------------------------------

function dropSink(controller) {
  controller.sink = null;
  controller.size = null;
}

/// WritableStreamDefaultControllerErrorIfNeeded.
function failController(controller, reason) {
  if (controller.stream.state !== kWritable) return;
  dropSink(controller);
  startErroring(controller.stream, reason);
}

/// A chunk whose write request is in `requests` already.
function put(controller, chunk, size) {
  const { stream } = controller;
  try {
    checkSize(size);
  } catch (error) {
    failController(controller, error);
    return;
  }
  controller.queue.push(chunk, size);
  if (!isClosing(stream) && stream.state === kWritable) updateBackpressure(stream);
  advance(controller);
}

function advance(controller) {
  const { queue, stream } = controller;
  if (!controller.started || stream.writing !== null) return;
  if (stream.state === kErroring) {
    finishErroring(stream);
    return;
  }
  if (queue.length === 0) return;
  const chunk = queue.peek();
  if (chunk === kClose) startClosing(controller);
  else startWriting(controller, chunk);
}

function startWriting(controller, chunk) {
  const { stream } = controller;
  stream.writing = stream.requests.shift();
  let result;
  try {
    result = controller.sink.write(chunk, controller);
  } catch (error) {
    reactThrown(error, controller, onWriteFailed);
    return;
  }
  react(result, controller, onWritten, onWriteFailed);
}

function onWritten(controller) {
  const { stream } = controller;
  const request = stream.writing;
  stream.writing = null;
  request.fulfil();
  controller.queue.shift();
  if (!isClosing(stream) && stream.state === kWritable) updateBackpressure(stream);
  advance(controller);
}

function onWriteFailed(controller, reason) {
  const { stream } = controller;
  if (stream.state === kWritable) dropSink(controller);
  const request = stream.writing;
  stream.writing = null;
  request.reject(reason);
  reject(stream, reason);
}

function startClosing(controller) {
  const { sink, stream } = controller;
  stream.closing = stream.closeRequest;
  stream.closeRequest = null;
  controller.queue.shift();
  let result;
  try {
    result = sink.close();
  } catch (error) {
    dropSink(controller);
    reactThrown(error, stream, onCloseFailed);
    return;
  }
  dropSink(controller);
  react(result, stream, onClosed, onCloseFailed);
}

function onClosed(stream) {
  const { aborting, closing, writer } = stream;
  stream.closing = null;
  closing.resolve();
  if (stream.state === kErroring) {
    stream.error = undefined;
    if (aborting !== null) {
      stream.aborting = null;
      aborting.resolve();
    }
  }
  stream.state = kClosed;
  if (writer !== null) writer.closed.fulfil();
}

function onCloseFailed(stream, reason) {
  const { aborting, closing } = stream;
  stream.closing = null;
  closing.reject(reason);
  if (aborting !== null) {
    stream.aborting = null;
    aborting.reject(reason);
  }
  reject(stream, reason);
}

module.exports = {
  Controller, Stream, abort, close, failController, isClosing, kClosed, kErrored, kErroring, kWritable, put, rejected, signalOf, started,
};
