// The asynchronous iterator of a ReadableStream (Streams, section 4.2.5; Web IDL, asynchronous iterator objects).
'use strict';

const {
  AsyncGeneratorPrototype, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectSetPrototypeOf, PromiseReject, PromiseResolve, PromiseWithResolvers,
  SymbolToStringTag,
} = primordials;
const { ERR_INVALID_THIS } = require('errors');
const { later } = require('streams_promises');
const { acquireReader, cancel, read, release } = require('streams_readable_core');

// The read request of next(). One that had to wait answers a job later than read() would, as the standard's two promises do: what the chunk's source still
// has to do comes before who iterates.
class Step {
  #iteration;
  #settle = PromiseWithResolvers();
  #value = undefined;
  waited = false;

  constructor(iteration) {
    this.#iteration = iteration;
  }

  get promise() { return this.#settle.promise; }

  chunk(value) {
    this.#value = value;
    if (this.waited) later(this, giveChunk);
    else this.giveChunk();
  }

  giveChunk() {
    this.#iteration.done();
    this.#settle.resolve({ value: this.#value, done: false });
  }

  close() {
    this.#iteration.finish();
    this.#settle.resolve({ value: undefined, done: true });
  }

  error(reason) {
    this.#iteration.finish();
    this.#settle.reject(reason);
  }
}

function giveChunk(step) {
  step.giveChunk();
}

class Iteration {
  finished = false;
  #reader;
  #preventCancel;
  #waiting = 0; // calls that are not done
  #latest = null; // the promise of the latest of them

  constructor(reader, preventCancel) {
    this.#reader = reader;
    this.#preventCancel = preventCancel;
  }

  /// next() or return(): one after the other.
  begin(method, value) {
    const latest = this.#latest;
    this.#waiting++;
    const promise = latest === null ? this[method](value) : after(latest, this, method, value);
    if (this.#waiting > 0) this.#latest = promise;
    return promise;
  }

  done() {
    if (--this.#waiting === 0) this.#latest = null;
  }

  finish() {
    this.done();
    this.finished = true;
    if (this.#reader.stream !== null) release(this.#reader);
  }

  next() {
    if (this.finished) {
      this.done();
      return PromiseResolve({ value: undefined, done: true });
    }
    const step = new Step(this);
    const { promise } = step;
    read(this.#reader, step);
    step.waited = true;
    return promise;
  }

  async return(value) {
    try {
      if (!this.finished) {
        this.finished = true;
        const cancelled = this.#preventCancel ? undefined : cancel(this.#reader.stream, value);
        release(this.#reader);
        await cancelled;
      }
      return { value, done: true };
    } finally {
      this.done();
    }
  }
}

// When `latest` is settled, either way.
async function after(latest, iteration, method, value) {
  try {
    await latest;
  } catch { /* who asked for it knows */ }
  return iteration[method](value);
}

let isIterator;

class ReadableStreamAsyncIterator {
  #iteration;

  constructor(iteration) {
    this.#iteration = iteration;
  }

  next() {
    if (!isIterator(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamAsyncIterator'));
    return this.#iteration.begin('next', undefined);
  }

  return(value = undefined) {
    if (!isIterator(this)) return PromiseReject(new ERR_INVALID_THIS('ReadableStreamAsyncIterator'));
    return this.#iteration.begin('return', value);
  }

  static {
    isIterator = (value) => typeof value === 'object' && value !== null && #iteration in value;
  }
}

const { prototype } = ReadableStreamAsyncIterator;
delete prototype.constructor;
ObjectSetPrototypeOf(prototype, ObjectGetPrototypeOf(AsyncGeneratorPrototype));
ObjectDefineProperty(prototype, 'next', { __proto__: null, enumerable: true });
ObjectDefineProperty(prototype.return, 'length', { __proto__: null, value: 1 });
ObjectDefineProperty(prototype, 'return', { __proto__: null, enumerable: true });
ObjectDefineProperty(prototype, SymbolToStringTag, { __proto__: null, value: 'ReadableStream AsyncIterator', configurable: true });

/// Throws for a stream that is locked.
function iterate(stream, preventCancel) {
  return new ReadableStreamAsyncIterator(new Iteration(acquireReader(stream), preventCancel));
}

module.exports = { iterate };
