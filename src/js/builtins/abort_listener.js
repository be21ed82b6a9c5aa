// What built-ins do with a `signal` option: is it aborted, with which error, and tell me when. A signal of ours is asked behind its
// interface, so that nothing a program replaced is in the way; one of another make is taken at its word, as in Node.
'use strict';

const {
  FinalizationRegistry, FinalizationRegistryPrototypeRegister, FinalizationRegistryPrototypeUnregister, Promise,
  PromiseResolve, SymbolDispose, WeakRef, WeakRefPrototypeDeref,
} = primordials;
const { AbortError, ConversionError, ERR_INVALID_ARG_TYPE, validateAbortSignal, validateFunction } = require('errors');
const { internals: targets } = require('event_target');
const signals = require('abort_signal').internals;
const { queueMicrotask } = require('task_queues');

function isAborted(signal) {
  return signals.isAbortSignal(signal) ? signals.isAborted(signal) : signal.aborted;
}

/// The AbortError that says why, for an aborted signal.
function abortError(signal) {
  const reason = signals.isAbortSignal(signal) ? signals.reasonOf(signal) : signal.reason;
  return new AbortError(undefined, { __proto__: null, cause: reason });
}

/// Calls `listener(event)` once, when the signal aborts, even after a listener that stopped the event. Returns what takes it back.
function onAbort(signal, listener) {
  if (!signals.isAbortSignal(signal)) {
    signal.addEventListener('abort', listener, { __proto__: null, once: true });
    return () => signal.removeEventListener('abort', listener);
  }
  const added = targets.addListener(signal, 'abort', listener, false, true, false, true);
  return () => targets.removeListener(signal, added);
}

// events.addAbortListener
function addAbortListener(signal, listener) {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateFunction(listener, 'listener');
  let undo;
  if (isAborted(signal)) queueMicrotask(() => listener());
  else undo = onAbort(signal, listener);
  return {
    __proto__: null,
    [SymbolDispose]() {
      undo?.();
    },
  };
}

let gone = null; // takes back what waits for the sake of a resource that was collected

// util.aborted: fulfilled with the event, unless the resource was collected before.
async function aborted(signal, resource) {
  if (!signals.isAbortSignal(signal)) throw new ConversionError('signal is not of type AbortSignal.');
  if (resource === null || (typeof resource !== 'object' && typeof resource !== 'function'))
    throw new ERR_INVALID_ARG_TYPE('resource', 'object', resource);
  if (signals.isAborted(signal)) return PromiseResolve();
  const weak = new WeakRef(resource);
  return new Promise((resolve) => {
    const undo = onAbort(signal, (event) => {
      FinalizationRegistryPrototypeUnregister(gone, undo);
      if (WeakRefPrototypeDeref(weak) !== undefined) resolve(event);
    });
    gone ??= new FinalizationRegistry((weakUndo) => WeakRefPrototypeDeref(weakUndo)?.());
    FinalizationRegistryPrototypeRegister(gone, resource, new WeakRef(undo), undo); // a signal that is gone takes `undo` along
  });
}

module.exports = { abortError, aborted, addAbortListener, isAborted, onAbort };
