// The classes WritableStream, WritableStreamDefaultWriter and WritableStreamDefaultController (Streams, section 5).
'use strict';

const { PromiseReject, PromiseWithResolvers, ReflectApply, SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { ERR_INVALID_STATE, functionOf, markOf, rangeError, requireObject, sizeOf, strategyOf } = require('streams_arguments');
const core = require('streams_writable_core');
const { acquireWriter, desiredSize, release, write } = require('streams_writing');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const stateNames = ['writable', 'closed', 'erroring', 'errored'];

/// The sink that a program gave: `object` with some of the functions. https://streams.spec.whatwg.org/#dictdef-underlyingsink
class ProgramSink {
  #object;
  #write;
  #close;
  #abort;

  constructor(object, writeFunction, closeFunction, abortFunction) {
    this.#object = object;
    this.#write = writeFunction;
    this.#close = closeFunction;
    this.#abort = abortFunction;
  }

  write(chunk, controller) {
    return this.#write === undefined ? undefined : ReflectApply(this.#write, this.#object, [chunk, faceOfController(controller)]);
  }

  close() {
    return this.#close === undefined ? undefined : ReflectApply(this.#close, this.#object, []);
  }

  abort(reason) {
    return this.#abort === undefined ? undefined : ReflectApply(this.#abort, this.#object, [reason]);
  }
}

// Members in the order of Web IDL.
function readSink(object) {
  const name = 'underlyingSink';
  const abortFunction = functionOf(object, 'abort', name);
  const closeFunction = functionOf(object, 'close', name);
  const start = functionOf(object, 'start', name);
  const { type } = object;
  const writeFunction = functionOf(object, 'write', name);
  return { __proto__: null, sink: new ProgramSink(object, writeFunction, closeFunction, abortFunction), start, type };
}

const none = { __proto__: null }; // a sink without any function

const closingError = () => new ERR_INVALID_STATE('WritableStream is closed or being closed');

let internals;
let isWriter;
let isController;

class WritableStream {
  #state;

  constructor(underlyingSink = undefined, strategy = undefined) {
    if (underlyingSink === kCreate) {
      this.#state = strategy;
      strategy.face = this;
      return;
    }
    requireObject(underlyingSink, 'underlyingSink');
    const queuing = strategyOf(strategy, 'strategy');
    const { sink, start, type } = readSink(underlyingSink ?? none);
    if (type !== undefined) throw rangeError('underlyingSink.type', 'it must be undefined');
    const size = sizeOf(queuing);
    const mark = markOf(queuing, 1);
    const state = this.#state = new core.Stream();
    state.face = this;
    const controller = new core.Controller(state, sink, mark, size);
    core.started(controller, start === undefined ? undefined : ReflectApply(start, underlyingSink, [faceOfController(controller)]));
  }

  get locked() { return stateOf(this).writer !== null; }

  abort(reason = undefined) {
    if (!internals.isWritableStream(this)) return PromiseReject(new ERR_INVALID_THIS('WritableStream'));
    return this.#state.writer === null ? core.abort(this.#state, reason) : PromiseReject(new ERR_INVALID_STATE('WritableStream is locked'));
  }

  close() {
    if (!internals.isWritableStream(this)) return PromiseReject(new ERR_INVALID_THIS('WritableStream'));
    if (this.#state.writer !== null) return PromiseReject(new ERR_INVALID_STATE('WritableStream is locked'));
    return core.isClosing(this.#state) ? PromiseReject(closingError()) : core.close(this.#state);
  }

  getWriter() { return new WritableStreamDefaultWriter(kCreate, acquireWriter(stateOf(this))); }

  [kInspect](depth, options) {
    const state = stateOf(this);
    return inspectMembers(this, depth, options, { locked: state.writer !== null, state: stateNames[state.state] });
  }

  static {
    internals = {
      __proto__: null,
      isWritableStream: (value) => typeof value === 'object' && value !== null && #state in value,
      stateOf: (stream) => stream.#state,
      faceOf: (state) => state.face ?? new WritableStream(kCreate, state),
    };
  }
}

function stateOf(value) {
  if (!internals.isWritableStream(value)) throw new ERR_INVALID_THIS('WritableStream');
  return internals.stateOf(value);
}

class PromiseRequest {
  #settle = PromiseWithResolvers();
  get promise() { return this.#settle.promise; }
  fulfil() { this.#settle.resolve(); }
  reject(reason) { this.#settle.reject(reason); }
}

const released = () => new ERR_INVALID_STATE('Writer is not bound to a WritableStream');

class WritableStreamDefaultWriter {
  #state;

  constructor(stream, state = undefined) {
    if (stream === kCreate) {
      this.#state = state;
    } else {
      if (arguments.length === 0) throw new ERR_MISSING_ARGS('stream');
      if (!internals.isWritableStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', 'WritableStream', stream);
      this.#state = acquireWriter(internals.stateOf(stream));
    }
  }

  get closed() {
    return isWriter(this) ? this.#state.closed.promise : PromiseReject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
  }

  get desiredSize() {
    if (!isWriter(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultWriter');
    if (this.#state.stream === null) throw released();
    return desiredSize(this.#state.stream);
  }

  get ready() {
    return isWriter(this) ? this.#state.ready.promise : PromiseReject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
  }

  abort(reason = undefined) {
    if (!isWriter(this)) return PromiseReject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    return this.#state.stream === null ? PromiseReject(released()) : core.abort(this.#state.stream, reason);
  }

  close() {
    if (!isWriter(this)) return PromiseReject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    const { stream } = this.#state;
    if (stream === null) return PromiseReject(released());
    return core.isClosing(stream) ? PromiseReject(closingError()) : core.close(stream);
  }

  releaseLock() {
    if (!isWriter(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultWriter');
    if (this.#state.stream !== null) release(this.#state);
  }

  write(chunk = undefined) {
    if (!isWriter(this)) return PromiseReject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    if (this.#state.stream === null) return PromiseReject(released());
    const request = new PromiseRequest();
    write(this.#state, chunk, request);
    return request.promise;
  }

  [kInspect](depth, options) {
    if (!isWriter(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultWriter');
    const { closed, ready, stream } = this.#state;
    return inspectMembers(this, depth, options,
      { stream: stream === null ? undefined : internals.faceOf(stream), close: closed.promise, ready: ready.promise });
  }

  static {
    isWriter = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

class WritableStreamDefaultController {
  #state;

  constructor(proof = undefined, state = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#state = state;
    state.face = this;
  }

  get signal() {
    if (!isController(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultController');
    return core.signalOf(this.#state);
  }

  error(error = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultController');
    core.failController(this.#state, error);
  }

  [kInspect](depth, options) {
    if (!isController(this)) throw new ERR_INVALID_THIS('WritableStreamDefaultController');
    return inspectMembers(this, depth, options, { stream: internals.faceOf(this.#state.stream) });
  }

  static {
    isController = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

function faceOfController(controller) {
  return controller.face ?? new WritableStreamDefaultController(kCreate, controller);
}

expose(WritableStream);
expose(WritableStreamDefaultWriter);
expose(WritableStreamDefaultController);

module.exports = { WritableStream, WritableStreamDefaultController, WritableStreamDefaultWriter, internals };
