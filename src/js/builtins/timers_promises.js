// timers/promises: the timers as promises and as an async iterator, with AbortSignal support wherever a signal comes from.
'use strict';

const { ObjectCreate, Promise } = primordials;
const timers = require('timers');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, validateAbortSignal, validateBoolean, validateNumber, validateObject } = require('errors');
const lazyAbort = () => require('abort_listener');

// { signal, ref } checked; a bad option rejects, it does not throw.
function readOptions(options = {}) {
  validateObject(options, 'options');
  const { signal, ref = true } = options;
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  validateBoolean(ref, 'options.ref');
  if (signal !== undefined && lazyAbort().isAborted(signal)) throw lazyAbort().abortError(signal);
  return { signal, ref };
}

// Node sends a promise that has a signal through finally(), which takes this many jobs more. So does this one: what else reacts to the
// same abort keeps its order.
async function settleAsNode(settle, value, undo) {
  await undefined;
  await undefined;
  undo();
  await undefined;
  await undefined;
  await undefined;
  settle(value);
}

// One timer or immediate as a promise: `arm(done)` starts it, `disarm(handle)` ends it early.
function asPromise(value, options, arm, disarm) {
  return new Promise((resolve, reject) => {
    const { signal, ref } = readOptions(options);
    let undo;
    const handle = arm(() => {
      if (signal === undefined) resolve(value);
      else settleAsNode(resolve, value, undo);
    });
    if (!ref) handle.unref();
    if (signal === undefined) return;
    undo = lazyAbort().onAbort(signal, () => {
      disarm(handle);
      settleAsNode(reject, lazyAbort().abortError(signal), undo);
    });
  });
}

function setTimeout(delay, value, options) {
  return asPromise(value, options, (done) => {
    if (delay !== undefined) validateNumber(delay, 'delay');
    return timers.setTimeout(done, delay);
  }, timers.clearTimeout);
}

function setImmediate(value, options) {
  return asPromise(value, options, (done) => timers.setImmediate(done), timers.clearImmediate);
}

// Yields `value` once per period. Periods that pass while the consumer works are kept and delivered without waiting.
async function* setInterval(delay, value, options) {
  const { signal, ref } = readOptions(options);
  if (delay !== undefined) validateNumber(delay, 'delay');
  let missed = 0;
  let wake = null;
  const tick = () => {
    missed++;
    wake?.();
  };
  const interval = timers.setInterval(tick, delay);
  if (!ref) interval.unref();
  const undo = signal === undefined ? undefined : lazyAbort().onAbort(signal, () => {
    timers.clearInterval(interval);
    wake?.();
  });
  const isAborted = () => signal !== undefined && lazyAbort().isAborted(signal);
  try {
    while (!isAborted()) {
      if (missed === 0) {
        await new Promise((resolve) => { wake = resolve; });
        if (isAborted()) { // two jobs more, as in Node, where a rejected promise is what ends the wait
          await undefined;
          await undefined;
        }
      }
      wake = null;
      for (; missed > 0; missed--) yield value;
    }
    throw lazyAbort().abortError(signal);
  } finally {
    timers.clearInterval(interval);
    undo?.();
  }
}

// Only the one there is: programs cannot make another.
class Scheduler {
  constructor() {
    throw new ERR_ILLEGAL_CONSTRUCTOR();
  }
  yield() {
    requireScheduler(this);
    return setImmediate();
  }
  wait(delay, options) {
    requireScheduler(this);
    return setTimeout(delay, undefined, options);
  }
}

function requireScheduler(value) {
  if (value !== module.exports.scheduler) throw new ERR_INVALID_THIS('Scheduler');
}

module.exports = {
  setTimeout, setImmediate, setInterval,
  scheduler: ObjectCreate(Scheduler.prototype),
};
