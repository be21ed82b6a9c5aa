// Unhandled rejections (docs/semantics.md, rules 22-24). The engine names a promise when a drain ends with nobody reacting to it; it is
// judged only when next-ticks and microtasks are both empty, so a handler attached anywhere in the same checkpoint counts.
'use strict';

const {
  ArrayPrototypeShift, Error, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, String, WeakRef,
  WeakRefPrototypeDeref, bareArray,
} = primordials;
const { promiseHandled } = native;
const { ERR_UNHANDLED_REJECTION } = require('errors');
const { isNativeError } = require('util_types');

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

// Text for a reason that is no Error, without running any of its code.
function nameOf(reason) {
  if ((typeof reason !== 'object' && typeof reason !== 'function') || reason === null) return String(reason);
  if (native.proxyTarget(reason) !== undefined) return '#<Proxy>';
  const own = ObjectGetOwnPropertyDescriptor(ObjectGetPrototypeOf(reason) ?? reason, 'constructor')?.value;
  const name = typeof own === 'function' ? ObjectGetOwnPropertyDescriptor(own, 'name')?.value : undefined;
  return `#<${typeof name === 'string' && name !== '' ? name : 'Object'}>`;
}

// As in Node: whatever has a stack of its own stands for itself.
const isErrorLike = (reason) =>
  isNativeError(reason) || (typeof reason === 'object' && reason !== null && ObjectHasOwn(reason, 'stack'));

function asError(reason) {
  if (isErrorLike(reason)) return reason;
  const error = new ERR_UNHANDLED_REJECTION(nameOf(reason));
  delete error.toString; // the one of our coded errors, which names the code
  ObjectDefineProperty(error, 'name', { __proto__: null, value: 'UnhandledPromiseRejection', writable: true, configurable: true });
  return error;
}

function describe(reason) {
  try {
    if (isErrorLike(reason)) return `${reason.stack || reason.message}`;
    return nameOf(reason);
  } catch {
    return 'a value that cannot be turned into text';
  }
}

// A warning's own stack would only show this file: it gets the one that tells where the rejection came from.
function warn(name, message, stack) {
  const warning = new Error(message);
  warning.name = name;
  ObjectDefineProperty(warning, 'stack', { __proto__: null, value: stack, writable: true, configurable: true });
  return warning;
}

function warnUnhandled(id, reason) {
  const name = 'UnhandledPromiseRejectionWarning';
  const text = describe(reason);
  native.process.emitWarning(warn(name, text, `${name}: ${text}`));
  const advice =
    'Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch block, or by rejecting a ' +
    'promise which was not handled with .catch(). To terminate the node process on unhandled promise rejection, use the CLI flag ' +
    '`--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). ' +
    `(rejection id: ${id})`;
  native.process.emitWarning(warn(name, advice, isErrorLike(reason) ? text : `${name}: ${advice}`));
}

const report = {
  __proto__: null,
  throw(id, promise, reason) {
    if (!native.process.emit('unhandledRejection', reason, promise)) onUncaught(asError(reason), true);
  },
  strict(id, promise, reason) {
    onUncaught(asError(reason), true);
    if (!native.process.emit('unhandledRejection', reason, promise)) warnUnhandled(id, reason);
  },
  warn(id, promise, reason) {
    native.process.emit('unhandledRejection', reason, promise);
    warnUnhandled(id, reason);
  },
  none(id, promise, reason) {
    native.process.emit('unhandledRejection', reason, promise);
  },
  'warn-with-error-code'(id, promise, reason) {
    if (native.process.emit('unhandledRejection', reason, promise)) return;
    warnUnhandled(id, reason);
    native.process.exitCode = 1;
  },
};

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
    remember(promise, id);
    try {
      report[mode](id, promise, reason);
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
