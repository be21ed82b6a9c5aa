// Buffers that readers lend to a byte stream (Streams, section 4.7.2, "pull-into descriptors"), and how they are filled from its queue.
//
// A buffer that is lent belongs to the stream alone: it was transferred, so nobody else sees it change. What a source gets of it, in a BYOB request, it
// gives back by respond(), which transfers it again.
'use strict';

const { MathMin, TypedArrayPrototypeSet, Uint8Array } = primordials;
const { transferBuffer } = require('streams_arguments');
const { Fifo } = require('streams_queue');
const { fulfil, fulfilLast, kClosed } = require('streams_readable_core');

// Whose it is: a program's that waits with a BYOB reader; of a default reader, for whom it was allocated; nobody's, whose reader let go of the stream.
const kByob = 0;
const kDefault = 1;
const kNone = 2;

class PullInto {
  buffer;
  bufferByteLength;
  byteOffset;
  byteLength;
  bytesFilled = 0;
  minimumFill; // as many bytes answer the request
  elementSize;
  View; // constructor of the view that it becomes
  owner;

  constructor(buffer, bufferByteLength, byteOffset, byteLength, minimumFill, elementSize, View, owner) {
    this.buffer = buffer;
    this.bufferByteLength = bufferByteLength;
    this.byteOffset = byteOffset;
    this.byteLength = byteLength;
    this.minimumFill = minimumFill;
    this.elementSize = elementSize;
    this.View = View;
    this.owner = owner;
  }
}

/// ReadableByteStreamControllerConvertPullIntoDescriptor: the view that the reader gets.
function toView(pullInto) {
  return new pullInto.View(transferBuffer(pullInto.buffer), pullInto.byteOffset, pullInto.bytesFilled / pullInto.elementSize);
}

/// ...CommitPullIntoDescriptor: answers the first request with it.
function commit(stream, pullInto) {
  const view = toView(pullInto);
  if (stream.state === kClosed) fulfilLast(stream, view);
  else fulfil(stream, view);
}

/// ...FillPullIntoDescriptorFromQueue: copies what fits, and says whether that answers the request. A part of an element stays in the queue.
function fillFromQueue(controller, pullInto) {
  const { queue } = controller;
  const most = pullInto.bytesFilled + MathMin(controller.queuedBytes, pullInto.byteLength - pullInto.bytesFilled);
  const whole = most - most % pullInto.elementSize;
  const ready = whole >= pullInto.minimumFill;
  const end = ready ? whole : most;
  while (pullInto.bytesFilled < end) {
    const head = queue.peek();
    const count = MathMin(end - pullInto.bytesFilled, head.byteLength);
    TypedArrayPrototypeSet(new Uint8Array(pullInto.buffer, pullInto.byteOffset + pullInto.bytesFilled, count),
      new Uint8Array(head.buffer, head.byteOffset, count));
    if (head.byteLength === count) {
      queue.shift();
    } else {
      head.byteOffset += count;
      head.byteLength -= count;
    }
    controller.queuedBytes -= count;
    pullInto.bytesFilled += count;
  }
  return ready;
}

/// ...ProcessPullIntoDescriptorsUsingQueue: takes those that are filled now. They are answered later, when the caller's books are in order. null for none.
function takeFilled(controller) {
  const { pullIntos } = controller;
  let filled = null;
  while (pullIntos.length > 0 && controller.queuedBytes > 0) {
    if (fillFromQueue(controller, pullIntos.peek())) (filled ??= new Fifo()).push(pullIntos.shift());
  }
  return filled;
}

function commitAll(stream, filled) {
  while (filled !== null && filled.length > 0) commit(stream, filled.shift());
}

module.exports = { PullInto, commit, commitAll, fillFromQueue, kByob, kDefault, kNone, takeFilled, toView };
