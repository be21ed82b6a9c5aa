// timers/promises: the timers as promises and as an async iterator, with AbortSignal support wherever a signal comes from.
'use strict';

const { Promise } = primordials;
const timers = require('timers');
const { AbortError, validateAbortSignal, validateBoolean, validateNumber,
  validateObject } = require('errors');

// { signal, ref } checked; a bad option rejects, it does not throw.
function readOptions(options = {}) {
  validateObject(options, 'options');
  const { signal, ref = true } = options;
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  validateBoolean(ref, 'options.ref');
  return { signal, ref };
}

// One timer or immediate as a promise: `arm(done)` starts it, `disarm(handle)` ends it early.
function asPromise(value, options, arm, disarm) {
  return new Promise((resolve, reject) => {
    const { signal, ref } = readOptions(options);
    if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
    let onAbort;
    const handle = arm(() => {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
      resolve(value);
    });
    if (!ref) handle.unref();
    if (signal === undefined) return;
    onAbort = () => {
      disarm(handle);
      reject(new AbortError(undefined, { cause: signal.reason }));
    };
    signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
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
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  let missed = 0;
  let wake = null;
  const tick = () => {
    missed++;
    wake?.();
  };
  const interval = timers.setInterval(tick, delay);
  if (!ref) interval.unref();
  const onAbort = () => {
    timers.clearInterval(interval);
    wake?.();
  };
  signal?.addEventListener('abort', onAbort, { __proto__: null, once: true });
  try {
    while (!signal?.aborted) {
      if (missed === 0) await new Promise((resolve) => { wake = resolve; });
      wake = null;
      for (; missed > 0; missed--) yield value;
    }
    throw new AbortError(undefined, { cause: signal.reason });
  } finally {
    timers.clearInterval(interval);
    signal?.removeEventListener('abort', onAbort);
  }
}

module.exports = {
  setTimeout, setImmediate, setInterval,
  scheduler: {
    wait: (delay, options) => setTimeout(delay, undefined, options),
    yield: () => setImmediate(),
  },
};
