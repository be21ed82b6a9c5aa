// What a source says of a buffer that was lent to it: so many bytes are there (Streams, section 4.7.3, respond() and respondWithNewView()).
'use strict';

const { ArrayBufferPrototypeGetByteLength, RangeError, TypeError } = primordials;
const { transferBuffer } = require('streams_arguments');
const { callPullIfNeeded, invalidateRequest, putCopy, returnToQueue } = require('streams_byte_controller');
const { commit, commitAll, kNone, takeFilled } = require('streams_pull_into');
const { Fifo } = require('streams_queue');
const { kClosed, waitingByobReads } = require('streams_readable_core');

// Nothing more comes of a closed stream, and what comes of one that is not must be something.
function checkCount(controller, count) {
  if (controller.stream.state === kClosed) {
    if (count !== 0) throw new TypeError('bytesWritten must be 0 when the stream is closed');
  } else if (count === 0) {
    throw new TypeError('bytesWritten must be greater than 0 while the stream is readable');
  }
}

/// `count` bytes were written into the view of the request.
function respond(controller, count) {
  const first = controller.pullIntos.peek();
  checkCount(controller, count);
  if (controller.stream.state !== kClosed && first.bytesFilled + count > first.byteLength) throw new RangeError('bytesWritten is more than the view holds');
  first.buffer = transferBuffer(first.buffer);
  finish(controller, first, count);
}

/// The same, in another buffer of the same size: `view` as of describeView().
function respondWithView(controller, view) {
  const first = controller.pullIntos.peek();
  const { buffer, byteLength, byteOffset } = view;
  checkCount(controller, byteLength);
  if (first.byteOffset + first.bytesFilled !== byteOffset) throw new RangeError('The view does not begin where the view of the request does');
  if (first.bufferByteLength !== ArrayBufferPrototypeGetByteLength(buffer))
    throw new RangeError('The buffer of the view has another size than that of the request');
  if (first.bytesFilled + byteLength > first.byteLength) throw new RangeError('The view is longer than the view of the request');
  first.buffer = transferBuffer(buffer);
  finish(controller, first, byteLength);
}

function finish(controller, first, count) {
  invalidateRequest(controller);
  if (controller.stream.state === kClosed) finishClosed(controller, first);
  else finishReadable(controller, first, count);
  callPullIfNeeded(controller);
}

// All that waits gets its buffers back.
function finishClosed(controller, first) {
  const { pullIntos, stream } = controller;
  if (first.owner === kNone) pullIntos.shift();
  const filled = new Fifo();
  for (let waiting = waitingByobReads(stream); waiting > 0; waiting--) filled.push(pullIntos.shift());
  commitAll(stream, filled);
}

function finishReadable(controller, first, count) {
  const { pullIntos, stream } = controller;
  first.bytesFilled += count;
  if (first.owner === kNone) {
    returnToQueue(controller, first);
    commitAll(stream, takeFilled(controller));
    return;
  }
  if (first.bytesFilled < first.minimumFill) return;
  pullIntos.shift();
  const rest = first.bytesFilled % first.elementSize;
  if (rest > 0) putCopy(controller, first.buffer, first.byteOffset + first.bytesFilled - rest, rest);
  first.bytesFilled -= rest;
  const filled = takeFilled(controller);
  commit(stream, first);
  commitAll(stream, filled);
}

module.exports = { respond, respondWithView };
