// The classes TransformStream and TransformStreamDefaultController (Streams, section 6).
'use strict';

const { ReflectApply, SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('errors');
const { functionOf, markOf, rangeError, requireObject, sizeOf, strategyOf } = require('streams_arguments');
const { desiredSize } = require('streams_default_controller');
const { internals: readables } = require('streams_readable');
const { Transform } = require('streams_transform_core');
const { internals: writables } = require('streams_writable');
const { expose } = require('streams_interface');
const { inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor

/// The transformer that a program gave. https://streams.spec.whatwg.org/#dictdef-transformer
class ProgramTransformer {
  #object;
  #transform;
  #flush;
  #cancel;

  constructor(object, transform, flush, cancelFunction) {
    this.#object = object;
    this.#transform = transform;
    this.#flush = flush;
    this.#cancel = cancelFunction;
  }

  transform(chunk, stream) {
    if (this.#transform !== undefined) return ReflectApply(this.#transform, this.#object, [chunk, faceOfController(stream)]);
    stream.enqueue(chunk);
    return undefined;
  }

  flush(stream) {
    return this.#flush === undefined ? undefined : ReflectApply(this.#flush, this.#object, [faceOfController(stream)]);
  }

  cancel(reason) {
    return this.#cancel === undefined ? undefined : ReflectApply(this.#cancel, this.#object, [reason]);
  }
}

// Members in the order of Web IDL.
function readTransformer(object) {
  const name = 'transformer';
  const cancelFunction = functionOf(object, 'cancel', name);
  const flush = functionOf(object, 'flush', name);
  const { readableType } = object;
  const start = functionOf(object, 'start', name);
  const transform = functionOf(object, 'transform', name);
  const { writableType } = object;
  return { __proto__: null, transformer: new ProgramTransformer(object, transform, flush, cancelFunction), start, readableType, writableType };
}

const none = { __proto__: null }; // a transformer without any function

let stateOf;
let isController;

class TransformStream {
  #state;

  constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
    requireObject(transformer, 'transformer');
    const forWritable = strategyOf(writableStrategy, 'writableStrategy');
    const forReadable = strategyOf(readableStrategy, 'readableStrategy');
    const read = readTransformer(transformer ?? none);
    if (read.readableType !== undefined) throw rangeError('transformer.readableType', 'it must be undefined');
    if (read.writableType !== undefined) throw rangeError('transformer.writableType', 'it must be undefined');
    const readableMark = markOf(forReadable, 0);
    const readableSize = sizeOf(forReadable);
    const writableMark = markOf(forWritable, 1);
    const state = this.#state = new Transform(writableMark, sizeOf(forWritable), readableMark, readableSize);
    state.face = this;
    state.transformer = read.transformer;
    state.started(read.start === undefined ? undefined : ReflectApply(read.start, transformer, [faceOfController(state)]));
  }

  get readable() { return readables.faceOf(stateOf(this).readable); }
  get writable() { return writables.faceOf(stateOf(this).writable); }

  [kInspect](depth, options) {
    const { backpressure } = stateOf(this);
    return inspectMembers(this, depth, options, { readable: this.readable, writable: this.writable, backpressure });
  }

  static {
    stateOf = (value) => {
      if (typeof value !== 'object' || value === null || !(#state in value)) throw new ERR_INVALID_THIS('TransformStream');
      return value.#state;
    };
  }
}

class TransformStreamDefaultController {
  #stream;

  constructor(proof = undefined, stream = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#stream = stream;
    stream.controllerFace = this;
  }

  get desiredSize() {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    return desiredSize(this.#stream.readable.controller);
  }

  enqueue(chunk = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    this.#stream.enqueue(chunk);
  }

  error(reason = undefined) {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    this.#stream.fail(reason);
  }

  terminate() {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    this.#stream.terminate();
  }

  [kInspect](depth, options) {
    if (!isController(this)) throw new ERR_INVALID_THIS('TransformStreamDefaultController');
    return inspectMembers(this, depth, options, { stream: this.#stream.face ?? undefined });
  }

  static {
    isController = (value) => typeof value === 'object' && value !== null && #stream in value;
  }
}

function faceOfController(stream) {
  return stream.controllerFace ?? new TransformStreamDefaultController(kCreate, stream);
}

expose(TransformStream);
expose(TransformStreamDefaultController);

module.exports = { TransformStream, TransformStreamDefaultController };
