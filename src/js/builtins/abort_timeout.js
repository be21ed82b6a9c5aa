// AbortSignal.timeout() (docs/semantics.md, rule 30). The timer does not keep the loop alive. Nor does it keep the signal, unless somebody
// listens to that or to a signal that follows it; a signal that is collected takes its timer along.
'use strict';

const {
  FinalizationRegistry, FinalizationRegistryPrototypeRegister, MathMin, SafeSet, WeakRef, WeakRefPrototypeDeref,
} = primordials;
const { validateInteger } = require('errors');
const { DOMException } = require('dom_exception');
const { abort, create, isAborted, moreOf } = require('abort_signal').internals;
const { isListening, watchListening } = require('abort_any');
const { armBackground, clearTimeout } = native.timerInternals;

const kTimerMax = 2 ** 31 - 1; // longer waits are made of several timers

const listenedTo = SafeSet(); // held until they abort, or nobody listens any more
let collected = null; // made with the first timeout

function expire(timing) {
  const signal = WeakRefPrototypeDeref(timing.signal);
  if (signal === undefined) return;
  const left = timing.deadline - native.clock();
  if (left > 0) arm(timing, left);
  else abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
}

function arm(timing, delay) {
  timing.timer = armBackground(() => expire(timing), MathMin(delay, kTimerMax));
}

function timeout(delay) {
  validateInteger(delay, 'delay', 0);
  const signal = create();
  const timing = { signal: new WeakRef(signal), deadline: native.clock() + delay, timer: null };
  arm(timing, delay);
  collected ??= new FinalizationRegistry(({ timer }) => clearTimeout(timer));
  FinalizationRegistryPrototypeRegister(collected, signal, timing);

  const hold = () => {
    if (!isAborted(signal) && (isListening(signal) || moreOf(signal).listening > 0)) listenedTo.add(signal);
    else listenedTo.delete(signal);
  };
  watchListening(signal, hold);
  moreOf(signal).onAborted = hold;
  return signal;
}

module.exports = { timeout };
