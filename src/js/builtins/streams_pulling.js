// When a readable stream asks its source for more: the part of both controllers that is the same (Streams, sections 4.6.4 and 4.7.4: ...CallPullIfNeeded,
// ...ShouldCallPull, ...CanCloseOrEnqueue, ...GetDesiredSize).
//
// A controller has stream, source, highWaterMark, started, pulling, pullAgain and closeRequested; `queued`, what lies in its queue; isAwaited(), whether a
// reader waits; failSteps(reason), which errors the stream.
'use strict';

const { react, reactThrown, reactSlowly } = require('streams_promises');
const { kClosed, kReadable } = require('streams_readable_core');

/// What start() returned: when that is settled, pulling begins.
function started(controller, result) {
  reactSlowly(result, controller, onStarted, failed);
}

function onStarted(controller) {
  controller.started = true;
  callPullIfNeeded(controller);
}

const failed = (controller, reason) => controller.failSteps(reason);

const canCloseOrEnqueue = (controller) => !controller.closeRequested && controller.stream.state === kReadable;

/// How much more is wanted: null when it is errored, 0 when it is closed.
function desiredSize(controller) {
  const { state } = controller.stream;
  if (state === kReadable) return controller.highWaterMark - controller.queued;
  return state === kClosed ? 0 : null;
}

const wantsMore = (controller) => controller.isAwaited() || controller.highWaterMark - controller.queued > 0;

function callPullIfNeeded(controller) {
  if (!controller.started || !canCloseOrEnqueue(controller) || !wantsMore(controller)) return;
  if (controller.pulling) {
    controller.pullAgain = true;
    return;
  }
  controller.pulling = true;
  let result;
  try {
    result = controller.source.pull(controller);
  } catch (error) {
    reactThrown(error, controller, failed);
    return;
  }
  react(result, controller, onPulled, failed);
}

function onPulled(controller) {
  controller.pulling = false;
  if (!controller.pullAgain) return;
  controller.pullAgain = false;
  callPullIfNeeded(controller);
}

module.exports = { callPullIfNeeded, canCloseOrEnqueue, desiredSize, started, wantsMore };
