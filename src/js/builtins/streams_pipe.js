// ReadableStream.pipeTo() (Streams, section 4.9.1, ReadableStreamPipeTo). A chunk costs no promise of ours: the pipe itself is the read request and the write
// request of all of them.
//
// States: `running`; then once `shuttingDown`, when one of the streams came to its end or the signal aborted: the chunks that were read are written and
// waited for, the action is taken, its result is waited for; then both locks are released.
'use strict';

const { PromiseWithResolvers } = primordials;
const { ERR_INVALID_STATE } = require('streams_arguments');
const { later, react, reactThrown } = require('streams_promises');
const readable = require('streams_readable_core');
const writable = require('streams_writable_core');
const { acquireWriter, desiredSize, release: releaseWriter, write } = require('streams_writing');

const kNothing = { __proto__: null }; // in the place of a chunk, or of an error

class Pipe {
  #source;
  #target;
  #reader;
  #writer;
  #options;
  #settle = PromiseWithResolvers();
  #undoSignal = null;
  #shuttingDown = false;
  #looping = false;
  #reading = false; // a request waits
  #resuming = false; // a job that goes on is queued
  #chunk = kNothing; // read, and not written yet
  #writes = 0; // that are not done
  #finish = null; // what to do when they are
  #acting = false; // a job that does it is queued

  constructor(source, target, options) {
    this.#source = source;
    this.#target = target;
    this.#options = options;
    this.#reader = readable.acquireReader(source);
    this.#writer = acquireWriter(target);
    source.disturbed = true;
  }

  start() {
    const { signal } = this.#options;
    if (signal !== undefined) {
      const signals = require('abort_signal').internals;
      const abort = () => this.#abort(signals.reasonOf(signal));
      if (signals.isAborted(signal)) {
        abort();
        return this.#settle.promise;
      }
      this.#undoSignal = signals.addAlgorithm(signal, abort);
    }
    const look = (pipe) => pipe.#look();
    this.#reader.onSettled = () => later(this, look);
    this.#writer.onErrored = () => later(this, look);
    this.#writer.onReady = () => this.#resume();
    if (this.#source.state === readable.kReadable && this.#target.state === writable.kWritable && !writable.isClosing(this.#target)) this.#run();
    else this.#look();
    return this.#settle.promise;
  }

  // ---- chunks -----------------------------------------------------------------------------------------------------------

  #run() {
    this.#looping = true;
    while (!this.#shuttingDown && !this.#reading && this.#chunk === kNothing && this.#source.state === readable.kReadable && desiredSize(this.#target) > 0) {
      this.#reading = true;
      readable.read(this.#reader, this);
      this.#write();
    }
    this.#looping = false;
  }

  // As a reaction to `ready` would.
  #resume() {
    if (this.#resuming || this.#looping || this.#reading || this.#shuttingDown) return;
    this.#resuming = true;
    later(this, (pipe) => {
      pipe.#resuming = false;
      pipe.#run();
    });
  }

  // Not written at once: what the sink does is not to happen inside of the source's enqueue().
  chunk(value) {
    this.#reading = false;
    this.#chunk = value;
    if (!this.#looping) later(this, goOn);
  }

  close() { this.#reading = false; }
  error() { this.#reading = false; }

  goOn() {
    this.#write();
    this.#run();
    if (this.#finish !== null && this.#writes === 0) this.#finished();
  }

  #write() {
    const chunk = this.#chunk;
    if (chunk === kNothing) return;
    this.#chunk = kNothing;
    this.#writes++;
    write(this.#writer, chunk, this);
  }

  fulfil() {
    if (--this.#writes === 0 && this.#finish !== null && this.#chunk === kNothing) this.#finished();
  }

  // The target will say why.
  reject() { this.fulfil(); }

  // ---- the end ----------------------------------------------------------------------------------------------------------

  #look() {
    const source = this.#source;
    const target = this.#target;
    const { preventAbort, preventCancel, preventClose } = this.#options;
    if (source.state === readable.kErrored) {
      this.#shutDown(preventAbort ? null : () => writable.abort(target, source.error), source.error);
    } else if (target.state === writable.kErrored) {
      this.#shutDown(preventCancel ? null : () => readable.cancel(source, target.error), target.error);
    } else if (source.state === readable.kClosed) {
      this.#shutDown(preventClose ? null : () => this.#closeTarget(), kNothing);
    } else if (target.state === writable.kClosed || writable.isClosing(target)) {
      const error = new ERR_INVALID_STATE('Destination WritableStream is closed');
      this.#shutDown(preventCancel ? null : () => readable.cancel(source, error), error);
    }
  }

  // WritableStreamDefaultWriterCloseWithErrorPropagation.
  #closeTarget() {
    const target = this.#target;
    if (writable.isClosing(target) || target.state === writable.kClosed) return undefined;
    if (target.state === writable.kErrored) throw target.error;
    return writable.close(target);
  }

  #abort(reason) {
    const source = this.#source;
    const target = this.#target;
    const { preventAbort, preventCancel } = this.#options;
    this.#shutDown(() => both(
      !preventAbort && target.state === writable.kWritable ? writable.abort(target, reason) : undefined,
      !preventCancel && source.state === readable.kReadable ? readable.cancel(source, reason) : undefined), reason);
  }

  #shutDown(action, error) {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    this.#finish = { __proto__: null, action, error };
    if (this.#target.state === writable.kWritable && !writable.isClosing(this.#target)) {
      this.#write();
      if (this.#writes === 0) this.#finished();
      return;
    }
    this.#act();
  }

  #finished() {
    if (this.#acting) return;
    this.#acting = true;
    later(this, (pipe) => pipe.#act());
  }

  #act() {
    const { action, error } = this.#finish;
    this.#finish = null;
    if (action === null) {
      this.#finalize(error);
      return;
    }
    let result;
    try {
      result = action();
    } catch (thrown) {
      reactThrown(thrown, this, finalize);
      return;
    }
    react(result, this, (pipe) => pipe.#finalize(error), finalize);
  }

  finalize(error) { this.#finalize(error); }

  #finalize(error) {
    releaseWriter(this.#writer);
    this.#writer.onReady = this.#writer.onErrored = this.#reader.onSettled = null;
    readable.release(this.#reader);
    if (this.#undoSignal !== null) this.#undoSignal();
    if (error === kNothing) this.#settle.resolve();
    else this.#settle.reject(error);
  }
}

function goOn(pipe) {
  pipe.goOn();
}

function finalize(pipe, error) {
  pipe.finalize(error);
}

/// Waits for both; rejected as the first one that is.
async function both(a, b) {
  const { promise, reject, resolve } = PromiseWithResolvers();
  let left = 2;
  const done = () => {
    if (--left === 0) resolve();
  };
  react(a, null, done, (_, reason) => reject(reason));
  react(b, null, done, (_, reason) => reject(reason));
  await promise;
}

/// A promise. Neither stream is locked; `options` are preventAbort, preventCancel, preventClose and signal (an AbortSignal of ours, or undefined).
function pipe(source, target, options) {
  return new Pipe(source, target, options).start();
}

module.exports = { pipe };
