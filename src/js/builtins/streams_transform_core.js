// The states behind TransformStream (Streams, section 6). What is written goes to the transformer when the readable side wants chunks, and waits until then.
//
// A transformer is an object with transform(chunk, controller), flush(controller) and cancel(reason), which may throw or return anything: it is awaited. It
// is dropped when nothing will be asked of it any more.
'use strict';

const { PromiseWithResolvers, TypeError } = primordials;
const { context, enter } = require('async_context');
const { ERR_INVALID_STATE } = require('streams_arguments');
const readables = require('streams_default_controller');
const { reactSlowly, reactThrown } = require('streams_promises');
const { Stream: Readable, kErrored: kReadableErrored } = require('streams_readable_core');
const writables = require('streams_writable_core');

class Transform {
  readable = new Readable();
  writable = new writables.Stream();
  transformer = null;
  backpressure = true;
  #change = PromiseWithResolvers(); // of `backpressure`
  #finishing = null; // a promise with its resolvers: the end, whoever brought it
  #begin = PromiseWithResolvers(); // what start() came to
  face = null;
  controllerFace = null;

  constructor(writableMark, writableSize, readableMark, readableSize) {
    writables.started(new writables.Controller(this.writable, new Sink(this), writableMark, writableSize), this.#begin.promise);
    readables.started(new readables.DefaultController(this.readable, new Source(this), readableMark, readableSize), this.#begin.promise);
  }

  started(result) { this.#begin.resolve(result); }

  setBackpressure(backpressure) {
    this.#change.resolve();
    this.#change = PromiseWithResolvers();
    this.backpressure = backpressure;
  }

  // ---- the sink ---------------------------------------------------------------------------------------------------------

  async write(chunk) {
    if (this.backpressure) {
      const { frame } = context;
      await this.#change.promise;
      if (context.frame !== frame) enter(frame);
      const { error, state } = this.writable;
      if (state === writables.kErroring) throw error;
    }
    try {
      await this.transformer.transform(chunk, this);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /// abort() of the writable side, and close().
  abort(reason) { return this.#finish((transformer) => transformer.cancel(reason), (controller) => readables.failController(controller, reason)); }
  close() { return this.#finish((transformer) => transformer.flush(this), readables.closeController); }

  // Afterwards the readable side comes to its end, too.
  #finish(call, end) {
    return this.#endOnce(call, () => {
      const { readable } = this;
      if (readable.state === kReadableErrored) {
        this.#finishing.reject(readable.error);
      } else {
        end(readable.controller);
        this.#finishing.resolve();
      }
    }, (reason) => readables.failController(this.readable.controller, reason));
  }

  #endOnce(call, onDone, onFailed) {
    if (this.#finishing !== null) return this.#finishing.promise;
    const { promise } = (this.#finishing = PromiseWithResolvers());
    const { transformer } = this;
    const failed = (_, reason) => {
      onFailed(reason);
      this.#finishing.reject(reason);
    };
    let result;
    try {
      result = call(transformer);
    } catch (error) {
      this.transformer = null;
      reactThrown(error, null, failed);
      return promise;
    }
    this.transformer = null;
    reactSlowly(result, null, onDone, failed);
    return promise;
  }

  // ---- the source -------------------------------------------------------------------------------------------------------

  pull() {
    this.setBackpressure(false);
    return this.#change.promise;
  }

  cancel(reason) {
    return this.#endOnce((transformer) => transformer.cancel(reason), () => {
      const { writable } = this;
      if (writable.state === writables.kErrored) {
        this.#finishing.reject(writable.error);
        return;
      }
      writables.failController(writable.controller, reason);
      this.#unblock();
      this.#finishing.resolve();
    }, (error) => {
      writables.failController(this.writable.controller, error);
      this.#unblock();
    });
  }

  // ---- the controller ---------------------------------------------------------------------------------------------------

  /// Throws when the readable side takes nothing any more.
  enqueue(chunk) {
    const { controller } = this.readable;
    if (!readables.canCloseOrEnqueue(controller)) throw new ERR_INVALID_STATE('Unable to enqueue');
    try {
      readables.enqueue(controller, chunk);
    } catch (error) {
      this.failWritable(error);
      throw this.readable.error;
    }
    if (readables.hasBackpressure(controller) !== this.backpressure) this.setBackpressure(true);
  }

  /// For transformers that make much of little: chunks that wait for a reader, a promise that is fulfilled when none waits and one is wanted or when it is
  /// all over, and whether it is not.
  get waiting() { return this.readable.controller.queue.length; }
  get open() { return readables.canCloseOrEnqueue(this.readable.controller) && this.writable.state !== writables.kErroring; }
  wanted() { return this.backpressure ? this.#change.promise : undefined; }

  fail(reason) {
    readables.failController(this.readable.controller, reason);
    this.failWritable(reason);
  }

  failWritable(reason) {
    this.transformer = null;
    writables.failController(this.writable.controller, reason);
    this.#unblock();
  }

  terminate() {
    readables.closeController(this.readable.controller);
    this.failWritable(new TypeError('The transform stream was terminated'));
  }

  // What waits to be written sees how the writable side is.
  #unblock() {
    if (this.backpressure) this.setBackpressure(false);
  }
}

class Sink {
  #stream;
  constructor(stream) { this.#stream = stream; }
  write(chunk) { return this.#stream.write(chunk); }
  close() { return this.#stream.close(); }
  abort(reason) { return this.#stream.abort(reason); }
}

class Source {
  #stream;
  constructor(stream) { this.#stream = stream; }
  pull() { return this.#stream.pull(); }
  cancel(reason) { return this.#stream.cancel(reason); }
}

/// For built-ins: a started stream with the marks that the standards' own transform streams have.
function makeTransform(transformer) {
  const stream = new Transform(1, null, 0, null);
  stream.transformer = transformer;
  stream.started(undefined);
  return stream;
}

module.exports = { Transform, makeTransform };
