// The class ReadableStream (Streams, section 4.2).
'use strict';

const { ObjectDefineProperty, PromiseReject, ReflectApply, SymbolAsyncIterator, SymbolFor } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const {
  ERR_INVALID_STATE, functionOf, markOf, rangeError, requireDictionary, requireObject, sizeOf, strategyOf, wholeNumberOf,
} = require('streams_arguments');
const bytes = require('streams_byte_controller');
const defaults = require('streams_default_controller');
const { silence } = require('streams_promises');
const { Stream, acquireByobReader, acquireReader, cancel, requireUnlocked } = require('streams_readable_core');
const { faceOf: faceOfController } = require('streams_readable_controllers');
const { faceOf: faceOfReader } = require('streams_readers');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const stateNames = ['readable', 'closed', 'errored'];

/// The source that a program gave: `object` with some of the functions. https://streams.spec.whatwg.org/#dictdef-underlyingsource
class ProgramSource {
  #object;
  #pull;
  #cancel;

  constructor(object, pull, cancelFunction) {
    this.#object = object;
    this.#pull = pull;
    this.#cancel = cancelFunction;
  }

  pull(controller) {
    return this.#pull === undefined ? undefined : ReflectApply(this.#pull, this.#object, [faceOfController(controller)]);
  }

  cancel(reason) {
    return this.#cancel === undefined ? undefined : ReflectApply(this.#cancel, this.#object, [reason]);
  }
}

function readSource(object) {
  const name = 'underlyingSource';
  let autoAllocate = object?.autoAllocateChunkSize; // members in the order of Web IDL
  if (autoAllocate !== undefined) autoAllocate = wholeNumberOf(autoAllocate, `${name}.autoAllocateChunkSize`);
  const cancelFunction = functionOf(object, 'cancel', name);
  const pull = functionOf(object, 'pull', name);
  const start = functionOf(object, 'start', name);
  let { type } = object;
  if (type !== undefined) {
    type = `${type}`;
    if (type !== 'bytes') throw new ERR_INVALID_ARG_VALUE(`${name}.type`, type);
  }
  return { __proto__: null, source: new ProgramSource(object, pull, cancelFunction), start, autoAllocate, isBytes: type === 'bytes' };
}

function targetOf(value, name) {
  const { internals: writables } = require('streams_writable');
  if (!writables.isWritableStream(value)) throw new ERR_INVALID_ARG_TYPE(name, 'WritableStream', value);
  return writables.stateOf(value);
}

// Members in the order of Web IDL.
function pipeOptionsOf(options) {
  requireDictionary(options, 'options');
  const preventAbort = !!options?.preventAbort;
  const preventCancel = !!options?.preventCancel;
  const preventClose = !!options?.preventClose;
  const signal = options?.signal;
  if (signal !== undefined && !require('abort_signal').internals.isAbortSignal(signal))
    throw new ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal);
  return { __proto__: null, preventAbort, preventCancel, preventClose, signal };
}

const none = { __proto__: null }; // a source without any function

let internals;

class ReadableStream {
  #state;

  constructor(underlyingSource = undefined, strategy = undefined) {
    if (underlyingSource === kCreate) {
      this.#state = strategy;
      strategy.face = this;
      return;
    }
    requireObject(underlyingSource, 'underlyingSource');
    const queuing = strategyOf(strategy, 'strategy');
    const { autoAllocate, isBytes, source, start } = readSource(underlyingSource ?? none);
    const state = new Stream();
    let controller;
    if (isBytes) {
      if (queuing.size !== undefined) throw rangeError('strategy.size', 'a byte stream measures in bytes');
      const mark = markOf(queuing, 0);
      if (autoAllocate === 0) throw new ERR_INVALID_ARG_VALUE('underlyingSource.autoAllocateChunkSize', autoAllocate);
      controller = new bytes.ByteController(state, source, mark, autoAllocate ?? 0);
    } else {
      controller = new defaults.DefaultController(state, source, markOf(queuing, 1), sizeOf(queuing));
    }
    this.#state = state;
    state.face = this;
    const result = start === undefined ? undefined : ReflectApply(start, underlyingSource, [faceOfController(controller)]);
    (isBytes ? bytes : defaults).started(controller, result);
  }

  static from(asyncIterable) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('asyncIterable');
    return internals.faceOf(require('streams_from').streamFrom(asyncIterable));
  }

  get locked() { return stateOf(this).reader !== null; }

  cancel(reason = undefined) {
    if (!internals.isReadableStream(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStream'));
    const state = this.#state;
    return state.reader === null ? cancel(state, reason) : PromiseReject(new ERR_INVALID_STATE('ReadableStream is locked'));
  }

  getReader(options = undefined) {
    const state = stateOf(this);
    requireDictionary(options, 'options');
    let mode = options?.mode;
    if (mode === undefined) return faceOfReader(acquireReader(state));
    mode = `${mode}`;
    if (mode !== 'byob') throw new ERR_INVALID_ARG_VALUE('options.mode', mode);
    return faceOfReader(acquireByobReader(state));
  }

  pipeThrough(transform, options = undefined) {
    const state = stateOf(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('transform');
    requireDictionary(transform, 'transform');
    const to = transform?.readable; // members in the order of Web IDL
    if (!internals.isReadableStream(to)) throw new ERR_INVALID_ARG_TYPE('transform.readable', 'ReadableStream', to);
    const target = targetOf(transform.writable, 'transform.writable');
    const wanted = pipeOptionsOf(options);
    requireUnlocked(state);
    if (target.writer !== null) throw new ERR_INVALID_STATE('WritableStream is locked');
    silence(require('streams_pipe').pipe(state, target, wanted));
    return to;
  }

  pipeTo(destination, options = undefined) {
    try {
      const state = stateOf(this);
      if (arguments.length === 0) throw new ERR_MISSING_ARGS('destination');
      const target = targetOf(destination, 'destination');
      const wanted = pipeOptionsOf(options);
      requireUnlocked(state);
      if (target.writer !== null) throw new ERR_INVALID_STATE('WritableStream is locked');
      return require('streams_pipe').pipe(state, target, wanted);
    } catch (error) {
      return PromiseReject(error);
    }
  }

  tee() {
    const branches = require('streams_tee').tee(stateOf(this), false);
    return [internals.faceOf(branches[0]), internals.faceOf(branches[1])];
  }

  values(options = undefined) {
    const state = stateOf(this);
    requireDictionary(options, 'options');
    return require('streams_iterator').iterate(state, !!options?.preventCancel);
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    const state = stateOf(this);
    return inspectMembers(this, depth, options, {
      locked: state.reader !== null, state: stateNames[state.state], supportsBYOB: state.controller?.isBytes ?? false,
    });
  }

  static {
    internals = {
      __proto__: null,
      isReadableStream: (value) => typeof value === 'object' && value !== null && #state in value,
      stateOf: (stream) => stream.#state,
      faceOf: (state) => state.face ?? new ReadableStream(kCreate, state),
    };
  }
}

/// The state behind a ReadableStream, or throws.
function stateOf(value) {
  if (!internals.isReadableStream(value)) throw new ERR_INVALID_THIS('ReadableStream');
  return internals.stateOf(value);
}

expose(ReadableStream);
ObjectDefineProperty(ReadableStream.prototype, SymbolAsyncIterator,
  { __proto__: null, value: ReadableStream.prototype.values, writable: true, enumerable: false, configurable: true });

module.exports = { ReadableStream, internals, stateOf };
