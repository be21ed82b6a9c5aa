// The state behind ReadableStreamDefaultController (Streams, section 4.6): a queue of any values with sizes.
//
// A source is an object with pull(controller) and cancel(reason), which may throw or return anything: it is awaited. It is dropped when nothing will be
// asked of it any more.
// The size of a chunk is asked of `size`, a function, null for 1 each.
'use strict';

const { checkSize } = require('streams_arguments');
const { callPullIfNeeded, canCloseOrEnqueue, desiredSize, started, wantsMore } = require('streams_pulling');
const { close, fail, fulfil, kReadable, waitingReads } = require('streams_readable_core');
const { SizedQueue } = require('streams_queue');

class DefaultController {
  isBytes = false;
  face = null;
  stream;
  source;
  size;
  highWaterMark;
  queue = new SizedQueue();
  started = false;
  pulling = false;
  pullAgain = false;
  closeRequested = false;

  constructor(stream, source, highWaterMark, size) {
    this.stream = stream;
    this.source = source;
    this.highWaterMark = highWaterMark;
    this.size = size;
    stream.controller = this;
  }

  pullSteps(request) {
    const { queue, stream } = this;
    if (queue.length === 0) {
      stream.reader.requests.push(request);
      callPullIfNeeded(this);
      return;
    }
    const chunk = queue.shift();
    if (this.closeRequested && queue.length === 0) {
      dropSource(this);
      close(stream);
    } else {
      callPullIfNeeded(this);
    }
    request.chunk(chunk);
  }

  cancelSteps(reason) {
    this.queue.clear();
    const { source } = this;
    dropSource(this);
    return source.cancel(reason);
  }

  releaseSteps() {}

  get queued() { return this.queue.total; }

  isAwaited() { return waitingReads(this.stream) > 0; }

  failSteps(reason) { failController(this, reason); }
}

function dropSource(controller) {
  controller.source = null;
  controller.size = null;
}

/// Nothing, when it is closing already.
function closeController(controller) {
  if (!canCloseOrEnqueue(controller)) return;
  controller.closeRequested = true;
  if (controller.queue.length > 0) return;
  dropSource(controller);
  close(controller.stream);
}

/// Throws what the program's size() threw, or that it makes no sense; then the stream is errored.
function enqueue(controller, chunk) {
  if (!canCloseOrEnqueue(controller)) return;
  if (waitingReads(controller.stream) > 0) {
    fulfil(controller.stream, chunk);
  } else {
    let size = 1;
    try {
      if (controller.size !== null) {
        size = controller.size(chunk);
        checkSize(size);
      }
    } catch (error) {
      failController(controller, error);
      throw error;
    }
    controller.queue.push(chunk, size);
  }
  callPullIfNeeded(controller);
}

/// ReadableStreamDefaultControllerError.
function failController(controller, reason) {
  if (controller.stream.state !== kReadable) return;
  controller.queue.clear();
  dropSource(controller);
  fail(controller.stream, reason);
}

/// Whether a chunk that is put in now waits (for transform streams).
const hasBackpressure = (controller) =>
  !(canCloseOrEnqueue(controller) && controller.started && wantsMore(controller));

module.exports = {
  DefaultController, canCloseOrEnqueue, closeController, desiredSize, enqueue, failController, hasBackpressure, started,
};
