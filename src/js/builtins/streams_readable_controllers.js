// The classes ReadableStreamDefaultController, ReadableByteStreamController and ReadableStreamBYOBRequest (Streams, sections 4.6 to 4.8): what the source
// of a program sees of a controller. Made when it is called.
'use strict';

const { ArrayBufferPrototypeGetByteLength, SymbolFor, TypedArrayPrototypeGetBuffer } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { ERR_INVALID_STATE, describeView, isDetached, transferBuffer, wholeNumberOf } = require('streams_arguments');
const bytes = require('streams_byte_controller');
const { respond, respondWithView } = require('streams_byte_respond');
const defaults = require('streams_default_controller');
const { kClosed, kReadable } = require('streams_readable_core');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor

let isDefault;
let isBytes;
let isRequest;

class ReadableStreamDefaultController {
  #state;

  constructor(proof = undefined, state = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#state = state;
    state.face = this;
  }

  get desiredSize() {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    return defaults.desiredSize(this.#state);
  }

  close() {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    requireOpen(this.#state);
    defaults.closeController(this.#state);
  }

  enqueue(chunk = undefined) {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    requireOpen(this.#state);
    defaults.enqueue(this.#state, chunk);
  }

  error(error = undefined) {
    if (!isDefault(this)) throw new ERR_INVALID_THIS('ReadableStreamDefaultController');
    defaults.failController(this.#state, error);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, {});
  }

  static {
    isDefault = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

function requireOpen(controller) {
  if (controller.closeRequested) throw new ERR_INVALID_STATE('Controller is already closed');
  const { state } = controller.stream;
  if (state !== kReadable) throw new ERR_INVALID_STATE(state === kClosed ? 'Controller is already closed' : 'Controller is errored');
}

class ReadableByteStreamController {
  #state;

  constructor(proof = undefined, state = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#state = state;
    state.face = this;
  }

  get byobRequest() {
    if (!isBytes(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    const request = bytes.requestOf(this.#state);
    return request === null ? null : request.face ?? new ReadableStreamBYOBRequest(kCreate, request);
  }

  get desiredSize() {
    if (!isBytes(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    return bytes.desiredSize(this.#state);
  }

  close() {
    if (!isBytes(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    requireOpen(this.#state);
    bytes.closeController(this.#state);
  }

  enqueue(chunk) {
    if (!isBytes(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('chunk');
    const { buffer, byteLength, byteOffset } = describeView(chunk, 'chunk');
    if (byteLength === 0 || ArrayBufferPrototypeGetByteLength(buffer) === 0) throw new ERR_INVALID_STATE('chunk ArrayBuffer is zero-length or detached');
    requireOpen(this.#state);
    bytes.enqueueOwned(this.#state, transferBuffer(buffer), byteOffset, byteLength);
  }

  error(error = undefined) {
    if (!isBytes(this)) throw new ERR_INVALID_THIS('ReadableByteStreamController');
    bytes.failController(this.#state, error);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, {});
  }

  static {
    isBytes = (value) => typeof value === 'object' && value !== null && #state in value;
  }
}

class ReadableStreamBYOBRequest {
  #request;

  constructor(proof = undefined, request = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#request = request;
    request.face = this;
  }

  get view() {
    if (!isRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    return this.#request.view;
  }

  respond(bytesWritten) {
    if (!isRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('bytesWritten');
    const count = wholeNumberOf(bytesWritten, 'bytesWritten');
    const { controller, view } = this.#request;
    if (controller === null) throw new ERR_INVALID_STATE('This BYOB request has been invalidated');
    if (isDetached(TypedArrayPrototypeGetBuffer(view))) throw new ERR_INVALID_STATE('Viewed ArrayBuffer is detached');
    respond(controller, count);
  }

  respondWithNewView(view) {
    if (!isRequest(this)) throw new ERR_INVALID_THIS('ReadableStreamBYOBRequest');
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('view');
    const described = describeView(view, 'view');
    const { controller } = this.#request;
    if (controller === null) throw new ERR_INVALID_STATE('This BYOB request has been invalidated');
    if (isDetached(described.buffer)) throw new ERR_INVALID_STATE('Viewed ArrayBuffer is detached');
    respondWithView(controller, described);
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { view: this.view, controller: this.#request.controller?.face });
  }

  static {
    isRequest = (value) => typeof value === 'object' && value !== null && #request in value;
  }
}

expose(ReadableStreamDefaultController);
expose(ReadableByteStreamController);
expose(ReadableStreamBYOBRequest);

/// Of the state of a controller.
function faceOf(controller) {
  return controller.face ?? new (controller.isBytes ? ReadableByteStreamController : ReadableStreamDefaultController)(kCreate, controller);
}

module.exports = { ReadableByteStreamController, ReadableStreamBYOBRequest, ReadableStreamDefaultController, faceOf };
