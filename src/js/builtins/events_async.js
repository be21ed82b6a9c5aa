// events.once() and events.on(): the events of an EventEmitter or EventTarget as a promise and as an async iterator.
'use strict';

const {
  ArrayPrototypePush, Error, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectSetPrototypeOf, Promise, PromiseReject, PromiseResolve,
  ReflectApply, SymbolAsyncIterator, SymbolFor, bareArray,
} = primordials;
const { ERR_INVALID_ARG_TYPE, validateAbortSignal, validateObject } = require('errors');
const { isNativeError } = require('util_types');
const { nextTick } = require('task_queues');

function subscribe(emitter, name, listener) {
  if (emitter !== null && emitter !== undefined) {
    if (typeof emitter.on === 'function') {
      emitter.on(name, listener);
      return () => { emitter.removeListener(name, listener); };
    }
    if (typeof emitter.addEventListener === 'function') {
      emitter.addEventListener(name, listener);
      return () => { emitter.removeEventListener(name, listener); };
    }
  }
  throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter);
}

// The signal, which has not aborted; undefined when there is none.
function readSignal(options) {
  validateObject(options, 'options');
  const { signal } = options;
  if (signal === undefined) return undefined;
  validateAbortSignal(signal, 'options.signal');
  const { abortError, isAborted } = require('abort_listener');
  if (isAborted(signal)) throw abortError(signal);
  return signal;
}

function whenAborted(signal, fail) {
  const { abortError, onAbort } = require('abort_listener');
  return onAbort(signal, () => fail(abortError(signal)));
}

async function once(emitter, name, options = {}) {
  const signal = readSignal(options);
  return new Promise((resolve, reject) => {
    const undo = bareArray();
    const finish = (settle, value) => {
      for (let i = 0; i < undo.length; i++) undo[i]();
      settle(value);
    };
    undo[0] = subscribe(emitter, name, (...args) => finish(resolve, args));
    // Waiting for 'error' itself must not reject on it; an EventTarget's 'error' event is not a failure.
    if (name !== 'error' && typeof emitter.on === 'function') {
      undo[undo.length] = subscribe(emitter, 'error', (error) => finish(reject, error));
    }
    if (signal !== undefined) undo[undo.length] = whenAborted(signal, (error) => finish(reject, error));
  });
}

// ---- listeners that return a promise --------------------------------------------------------------------------------

const kRejection = SymbolFor('nodejs.rejection');

// `result` came from a listener of an emitter that captures rejections. Its `then` is looked up once.
function capture(emitter, result, type, args, kCapture) {
  if (result === null) return;
  try {
    const { then } = result;
    if (typeof then !== 'function') return;
    // In a tick of its own: what a handler throws is an uncaught exception, not a rejection of yet another promise.
    ReflectApply(then, result, [undefined, (error) => nextTick(() => tell(emitter, error, type, args, kCapture))]);
  } catch (error) {
    emitter.emit('error', error);
  }
}

function tell(emitter, error, type, args, kCapture) {
  const handler = emitter[kRejection];
  if (typeof handler === 'function') {
    const all = [error, type];
    for (let i = 0; i < args.length; i++) ArrayPrototypePush(all, args[i]);
    ReflectApply(handler, emitter, all);
    return;
  }
  // An 'error' listener that rejects in turn must not come back here for ever.
  const before = emitter[kCapture];
  const set = (value) =>
    ObjectDefineProperty(emitter, kCapture, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
  set(false);
  try {
    emitter.emit('error', error);
  } finally {
    set(before);
  }
}

const AsyncIteratorPrototype =
  ObjectGetPrototypeOf(ObjectGetPrototypeOf(async function* () {}).prototype);

// Events that arrive while nobody waits are queued without limit, as the emitter cannot be told to slow down.
function on(emitter, name, options = {}) {
  const signal = readSignal(options);
  const values = new Queue();
  const waiting = new Queue();
  const undo = bareArray();
  let failure = null;
  let finished = false;

  const stop = () => {
    for (let i = 0; i < undo.length; i++) undo[i]();
    undo.length = 0;
    finished = true;
    while (waiting.size > 0) waiting.take().resolve({ value: undefined, done: true });
  };
  const fail = (error) => {
    if (waiting.size > 0) waiting.take().reject(error);
    else failure = { error };
    stop();
  };
  const iterator = ObjectSetPrototypeOf({
    next() {
      if (values.size > 0) return PromiseResolve({ value: values.take(), done: false });
      if (failure !== null) {
        const { error } = failure;
        failure = null;
        return PromiseReject(error);
      }
      if (finished) return PromiseResolve({ value: undefined, done: true });
      return new Promise((resolve, reject) => waiting.put({ resolve, reject }));
    },
    return() {
      stop();
      return PromiseResolve({ value: undefined, done: true });
    },
    throw(error) {
      if (!isNativeError(error) && !(error instanceof Error)) {
        throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', error);
      }
      fail(error);
    },
    [SymbolAsyncIterator]() { return this; },
  }, AsyncIteratorPrototype);

  undo[0] = subscribe(emitter, name, (...args) => {
    if (waiting.size > 0) waiting.take().resolve({ value: args, done: false });
    else values.put(args);
  });
  if (name !== 'error' && typeof emitter.on === 'function') undo[undo.length] = subscribe(emitter, 'error', fail);
  const { close } = options;
  if (close !== undefined && close !== null) {
    for (let i = 0; i < close.length; i++) undo[undo.length] = subscribe(emitter, close[i], stop);
  }
  if (signal !== undefined) undo[undo.length] = whenAborted(signal, fail);
  return iterator;
}

// First in, first out, without the O(n) cost of Array shift.
class Queue {
  #head = null;
  #tail = null;
  size = 0;

  put(value) {
    const node = { value, next: null };
    if (this.#tail === null) this.#head = node;
    else this.#tail.next = node;
    this.#tail = node;
    this.size++;
  }

  take() {
    const node = this.#head;
    this.#head = node.next;
    if (this.#head === null) this.#tail = null;
    this.size--;
    return node.value;
  }
}

module.exports = { capture, on, once };
