// The state behind ReadableByteStreamController (Streams, section 4.7): a queue of bytes, and buffers that readers lend to be filled.
//
// While the queue has bytes, no request of a default reader waits, and the first lent buffer, if any, wants more bytes than there are. A source is what it
// is for a default controller, see streams_default_controller.js.
'use strict';

const {
  ArrayBuffer, ArrayBufferPrototypeGetByteLength, TypeError, TypedArrayPrototypeGetBuffer, Uint8Array,
} = primordials;
const { ERR_INVALID_STATE, checkBytes, isDetached, transferBuffer } = require('streams_arguments');
const { PullInto, commitAll, fillFromQueue, kByob, kDefault, kNone, takeFilled, toView } = require('streams_pull_into');
const { callPullIfNeeded, canCloseOrEnqueue, desiredSize, started } = require('streams_pulling');
const { Fifo } = require('streams_queue');
const { close, fail, fulfil, kClosed, kReadable, waitingByobReads, waitingReads } = require('streams_readable_core');

/// What lies in the queue.
class Bytes {
  buffer;
  byteOffset;
  byteLength;

  constructor(buffer, byteOffset, byteLength) {
    this.buffer = buffer;
    this.byteOffset = byteOffset;
    this.byteLength = byteLength;
  }
}

class ByteController {
  isBytes = true;
  face = null;
  stream;
  source;
  highWaterMark;
  autoAllocate; // size of the buffers that default readers get; 0: none
  queue = new Fifo();
  queuedBytes = 0;
  pullIntos = new Fifo();
  request = null; // the BYOB request that somebody looked at: { controller, view, face }
  started = false;
  pulling = false;
  pullAgain = false;
  closeRequested = false;

  constructor(stream, source, highWaterMark, autoAllocate) {
    this.stream = stream;
    this.source = source;
    this.highWaterMark = highWaterMark;
    this.autoAllocate = autoAllocate;
    stream.controller = this;
  }

  pullSteps(request) {
    if (this.queuedBytes > 0) {
      answerFromQueue(this, request);
      return;
    }
    const size = this.autoAllocate;
    if (size > 0) {
      let buffer;
      try {
        checkBytes(size);
        buffer = new ArrayBuffer(size);
      } catch (error) {
        request.error(error);
        return;
      }
      this.pullIntos.push(new PullInto(buffer, size, 0, size, 1, 1, Uint8Array, kDefault));
    }
    this.stream.reader.requests.push(request);
    callPullIfNeeded(this);
  }

  cancelSteps(reason) {
    dropAll(this);
    const { source } = this;
    this.source = null;
    return source.cancel(reason);
  }

  releaseSteps() {
    if (this.pullIntos.length === 0) return;
    const first = this.pullIntos.peek();
    first.owner = kNone; // the source may be filling it
    this.pullIntos.clear();
    this.pullIntos.push(first);
  }

  get queued() { return this.queuedBytes; }

  isAwaited() { return waitingReads(this.stream) > 0 || waitingByobReads(this.stream) > 0; }

  failSteps(reason) { failController(this, reason); }
}

// ---- the queue ----------------------------------------------------------------------------------------------------------

function put(controller, buffer, byteOffset, byteLength) {
  controller.queue.push(new Bytes(buffer, byteOffset, byteLength));
  controller.queuedBytes += byteLength;
}

/// For bytes of a lent buffer, which goes back to its owner.
function putCopy(controller, buffer, byteOffset, byteLength) {
  let copy;
  try {
    checkBytes(byteLength);
    copy = TypedArrayPrototypeGetBuffer(new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength)));
  } catch (error) {
    failController(controller, error);
    throw error;
  }
  put(controller, copy, 0, byteLength);
}

/// ReadableByteStreamControllerFillReadRequestFromQueue.
function answerFromQueue(controller, request) {
  const { buffer, byteOffset, byteLength } = controller.queue.shift();
  controller.queuedBytes -= byteLength;
  afterTaking(controller);
  request.chunk(new Uint8Array(buffer, byteOffset, byteLength));
}

/// ...HandleQueueDrain.
function afterTaking(controller) {
  if (controller.queuedBytes === 0 && controller.closeRequested) {
    controller.source = null;
    close(controller.stream);
  } else {
    callPullIfNeeded(controller);
  }
}

function answerWaiting(controller) {
  const { requests } = controller.stream.reader;
  while (requests.length > 0 && controller.queuedBytes > 0) answerFromQueue(controller, requests.shift());
}

function dropAll(controller) {
  invalidateRequest(controller);
  controller.pullIntos.clear();
  controller.queue.clear();
  controller.queuedBytes = 0;
}

// ---- what a source does -------------------------------------------------------------------------------------------------

/// Throws, and errors the stream, when a lent buffer holds a part of an element.
function closeController(controller) {
  if (!canCloseOrEnqueue(controller)) return;
  if (controller.queuedBytes > 0) {
    controller.closeRequested = true;
    return;
  }
  if (controller.pullIntos.length > 0) {
    const first = controller.pullIntos.peek();
    if (first.bytesFilled % first.elementSize !== 0) {
      const error = new TypeError('Insufficient bytes to fill elements in the given buffer');
      failController(controller, error);
      throw error;
    }
  }
  controller.source = null;
  close(controller.stream);
}

/// Takes `buffer`, which nobody else has (transferBuffer()). Throws when the source has done away with a buffer that was lent to it.
function enqueueOwned(controller, buffer, byteOffset, byteLength) {
  if (!canCloseOrEnqueue(controller)) return;
  const { pullIntos, stream } = controller;
  if (pullIntos.length > 0) {
    const first = pullIntos.peek();
    requireAttached(first.buffer);
    invalidateRequest(controller);
    first.buffer = transferBuffer(first.buffer);
    if (first.owner === kNone) returnToQueue(controller, first);
  }
  const { reader } = stream;
  if (reader === null) {
    put(controller, buffer, byteOffset, byteLength);
  } else if (reader.isByob) {
    put(controller, buffer, byteOffset, byteLength);
    commitAll(stream, takeFilled(controller));
  } else {
    answerWaiting(controller);
    if (reader.requests.length === 0) {
      put(controller, buffer, byteOffset, byteLength);
    } else {
      if (pullIntos.length > 0) pullIntos.shift(); // allocated for this request, which needs it no more
      fulfil(stream, new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  callPullIfNeeded(controller);
}

function requireAttached(buffer) {
  if (isDetached(buffer)) throw new ERR_INVALID_STATE('The buffer of the BYOB request was detached');
}

/// ...EnqueueDetachedPullIntoToQueue: of a buffer whose reader has gone, what was filled goes into the queue.
function returnToQueue(controller, pullInto) {
  if (pullInto.bytesFilled > 0) putCopy(controller, pullInto.buffer, pullInto.byteOffset, pullInto.bytesFilled);
  controller.pullIntos.shift();
}

/// ReadableByteStreamControllerError.
function failController(controller, reason) {
  if (controller.stream.state !== kReadable) return;
  dropAll(controller);
  controller.source = null;
  fail(controller.stream, reason);
}

/// ...PullInto: a BYOB reader lends `view` (describeView()) for at least `minimum` elements; the stream is not errored.
function pullInto(controller, view, minimum, request) {
  const { stream } = controller;
  let buffer;
  try {
    buffer = transferBuffer(view.buffer);
  } catch (error) {
    request.error(error);
    return;
  }
  const { byteLength, byteOffset, elementSize, View } = view;
  const lent = new PullInto(buffer, ArrayBufferPrototypeGetByteLength(buffer), byteOffset, byteLength, minimum * elementSize, elementSize, View, kByob);
  if (controller.pullIntos.length > 0) {
    controller.pullIntos.push(lent);
    stream.reader.requests.push(request);
    return;
  }
  if (stream.state === kClosed) {
    request.close(new View(buffer, byteOffset, 0));
    return;
  }
  if (controller.queuedBytes > 0) {
    if (fillFromQueue(controller, lent)) {
      const filled = toView(lent);
      afterTaking(controller);
      request.chunk(filled);
      return;
    }
    if (controller.closeRequested) {
      const error = new TypeError('Insufficient bytes to fill elements in the given buffer');
      failController(controller, error);
      request.error(error);
      return;
    }
  }
  controller.pullIntos.push(lent);
  stream.reader.requests.push(request);
  callPullIfNeeded(controller);
}

// ---- BYOB requests ------------------------------------------------------------------------------------------------------

/// The request for the buffer that was lent first; null when none is.
function requestOf(controller) {
  if (controller.request === null && controller.pullIntos.length > 0) {
    const { buffer, byteLength, byteOffset, bytesFilled } = controller.pullIntos.peek();
    const view = new Uint8Array(buffer, byteOffset + bytesFilled, byteLength - bytesFilled);
    controller.request = { __proto__: null, controller, view, face: null };
  }
  return controller.request;
}

function invalidateRequest(controller) {
  const { request } = controller;
  if (request === null) return;
  request.controller = null;
  request.view = null;
  controller.request = null;
}

module.exports = {
  ByteController, callPullIfNeeded, canCloseOrEnqueue, closeController, desiredSize, enqueueOwned, failController, invalidateRequest, pullInto,
  putCopy, requestOf, returnToQueue, started,
};
