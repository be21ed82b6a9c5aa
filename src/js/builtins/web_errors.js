// Errors that nobody caught and rejections that nobody handles, in the profile web (docs/semantics.md, rules 18, 20 to 24 and 35): an event at
// the global object; unless a listener prevents it, a report, and exit code 1 in the end. The program goes on, as a page does.
'use strict';

const { bareArray } = primordials;
const { promiseHandled, promiseResult, runMicrotasks } = native;
const { context, enter } = require('async_context');
const { runTicks } = require('task_queues');

// Shared with event_target.js, which is loaded with the first listener: before that nobody listens.
const web = native.web = {
  __proto__: null,
  report,
  scope: null, // the EventTarget behind the global object
  dispatch: null, // (event) => whether nobody prevented it
  countListeners: null, // (type) => number
  afterListener: null, // what follows each listener's callback that leaves the stack empty
};

let reporting = false; // HTML, in error reporting mode: what a listener of `error` throws makes no further event
let postponed = bareArray(); // errors that the stack had no room to report

// HTML, clean up after running script: a listener that is called in a task of its own is followed by its microtasks. One that is told of an
// error is not: what threw is still on the stack by HTML's reckoning.
function checkpoint() {
  const { frame } = context;
  if (runTicks()) runMicrotasks();
  if (context.frame !== frame) enter(frame);
}

function fireAsTask(event) {
  web.afterListener = native.drainInside ? checkpoint : null;
  try {
    return web.dispatch(event);
  } finally {
    web.afterListener = null;
  }
}

function listened(type) {
  return web.scope !== null && web.countListeners(type) > 0;
}

function tellHost(text, origin) {
  native.processInternals.fail();
  try {
    native.uncaught(text, origin);
  } catch {
    // The host's handler threw, which changes nothing.
  }
}

function print(error, fromPromise) {
  if (native.start.worker !== undefined && require('worker_scope').tellError(error)) return native.processInternals.fail();
  tellHost(require('fatal').describe(error, fromPromise), fromPromise ? 'unhandledRejection' : 'uncaughtException');
}

// True when a listener took care of the error.
function tell(error) {
  if (reporting || !listened('error')) return false;
  reporting = true;
  try {
    return !web.dispatch(require('web_events').errorEvent(error));
  } finally {
    reporting = false;
  }
}

/// HTML, report an exception. Never throws.
function report(error) {
  let told = false;
  try {
    if (tell(error)) return;
    told = true;
    print(error, false);
  } catch {
    // The stack is used up. When the checkpoint ends, it is empty.
    postponed[postponed.length] = { error, told };
  }
}

function reportPostponed() {
  const late = postponed;
  postponed = bareArray();
  for (let i = 0; i < late.length; i++) {
    const { error, told } = late[i];
    try {
      if (!told && tell(error)) continue;
      print(error, false);
    } catch {
      tellHost('Uncaught: an error that cannot be shown\n', 'uncaughtException');
    }
  }
  return late.length > 0;
}

// HTML, notify about rejected promises, for one of them.
function rejected(promise, reason) {
  if (promiseHandled(promise)) return; // by a listener that was told of another one
  if (listened('unhandledrejection')) {
    const event = require('web_events').rejectionEvent('unhandledrejection', promise, reason, true);
    if (!fireAsTask(event)) return;
  }
  print(reason, true);
}

function handledLate(promise) {
  if (listened('rejectionhandled'))
    fireAsTask(require('web_events').rejectionEvent('rejectionhandled', promise, promiseResult(promise), false));
}

module.exports = { handledLate, rejected, report, reportPostponed };
