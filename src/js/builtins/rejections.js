// Unhandled rejections (docs/semantics.md, rules 22-24). The engine names a promise when a drain ends with nobody reacting to it; it is
// judged only when next-ticks and microtasks are both empty, so a handler attached anywhere in the same checkpoint counts.
'use strict';

const {
  ArrayPrototypeShift, Error, WeakRef, WeakRefPrototypeDeref, bareArray,
} = primordials;
const { promiseHandled } = native;

// Reported promises that may still get a handler, oldest first. Beyond this many the oldest is forgotten: it gets no rejectionHandled.
const kReportedMax = 1024;
// The newest of them are kept alive: one that gets its handler and is garbage right after that is announced all the same.
const kKeptAlive = 16;

let mode = 'throw';
let onUncaught = null; // (error, fromPromise) => void
let pending = bareArray(); // { promise, reason }
let reported = bareArray(); // { ref, id, alive }; alive is the promise or undefined
let lastId = 0;

// Called by the engine. Kept small: it runs inside the engine's drain.
function track(promise, reason) {
  pending[pending.length] = { promise, reason };
}

// Handlers that came late: told before new rejections are.
function announceHandled() {
  if (reported.length === 0) return false;
  const handled = bareArray();
  const waiting = bareArray();
  for (let i = 0; i < reported.length; i++) {
    const promise = WeakRefPrototypeDeref(reported[i].ref);
    if (promise === undefined) continue;
    if (promiseHandled(promise)) handled[handled.length] = { promise, id: reported[i].id };
    else waiting[waiting.length] = reported[i];
  }
  reported = waiting;
  for (let i = 0; i < handled.length; i++) {
    if (mode === 'web') {
      require('web_errors').handledLate(handled[i].promise);
      continue;
    }
    if (native.process.emit('rejectionHandled', handled[i].promise)) continue;
    if (mode === 'none') continue;
    const warning = new Error(`Promise rejection was handled asynchronously (rejection id: ${handled[i].id})`);
    warning.name = 'PromiseRejectionHandledWarning';
    warning.id = handled[i].id;
    native.process.emitWarning(warning);
  }
  return handled.length > 0;
}

function remember(promise, id) {
  if (promiseHandled(promise)) return;
  if (reported.length >= kReportedMax) ArrayPrototypeShift(reported);
  if (reported.length >= kKeptAlive) reported[reported.length - kKeptAlive].alive = undefined;
  reported[reported.length] = { ref: new WeakRef(promise), id, alive: promise };
}

// True when listeners ran, which may have queued ticks or jobs.
function process() {
  let ran;
  try {
    ran = announceHandled();
  } catch (error) {
    onUncaught(error, false);
    return true;
  }
  if (pending.length === 0) return ran;
  const batch = pending;
  pending = bareArray();
  // Judged together before any listener runs: what one listener does about a later promise of the batch comes too late.
  const unhandled = bareArray();
  for (let i = 0; i < batch.length; i++) if (!promiseHandled(batch[i].promise)) unhandled[unhandled.length] = batch[i];
  for (let i = 0; i < unhandled.length; i++) {
    const { promise, reason } = unhandled[i];
    const id = ++lastId;
    if (mode !== 'web') remember(promise, id);
    try {
      if (mode === 'web') {
        // Its listeners are those of the global object. One that sees to the promise when it is told is not late.
        require('web_errors').rejected(promise, reason);
        remember(promise, id);
      } else {
        require('rejection_reports').report[mode](id, promise, reason, onUncaught);
      }
    } catch (error) {
      onUncaught(error, false); // a listener threw: what it was called for, and the rest of the batch, count as reported
      return true;
    }
  }
  return unhandled.length > 0 || ran;
}

module.exports = {
  process, track,
  connect(hooks) {
    ({ mode, onUncaught } = hooks);
  },
};
