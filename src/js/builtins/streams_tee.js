// ReadableStream.tee() of a stream of any values (Streams, section 4.9.1, ReadableStreamDefaultTee). streams_tee_bytes.js has that of a byte stream.
'use strict';

const { PromiseWithResolvers } = primordials;
const { closeController, DefaultController, enqueue, failController, started } = require('streams_default_controller');
const { later, react } = require('streams_promises');
const { Stream, acquireReader, cancel, kErrored, read } = require('streams_readable_core');

/// What both kinds share: branches that were cancelled, and what cancels the stream itself, when both are.
class Tee {
  stream;
  branches = [new Stream(), new Stream()];
  cancelled = [false, false];
  reading = false;
  #reasons = [undefined, undefined];
  #end = PromiseWithResolvers(); // what cancel() of a branch waits for

  constructor(stream) {
    this.stream = stream;
  }

  get allCancelled() { return this.cancelled[0] && this.cancelled[1]; }

  cancel(n, reason) {
    this.cancelled[n] = true;
    this.#reasons[n] = reason;
    if (this.allCancelled) this.cancelStream([this.#reasons[0], this.#reasons[1]]);
    return this.#end.promise;
  }

  cancelStream(reason) {
    react(cancel(this.stream, reason), this, finish, (tee, error) => tee.#end.reject(error));
  }

  finish() { this.#end.resolve(); }

  failBranch(n, reason) { failController(this.branches[n].controller, reason); }

  failBoth(reason) {
    this.failBranch(0, reason);
    this.failBranch(1, reason);
  }

  /// The stream that `reader` reads was errored.
  forwardError(reason) {
    this.failBoth(reason);
    if (!this.allCancelled) this.finish();
  }

  /// Tells the branches when the stream fails while `reader` is the one that reads.
  watch(reader) {
    const { stream } = this;
    reader.onSettled = () => {
      if (stream.state === kErrored) later(this, () => this.isReading(reader) && this.forwardError(stream.error));
    };
    if (stream.state === kErrored) reader.onSettled();
  }

  isReading() { return true; }
}

function finish(tee) {
  tee.finish();
}

class Branch {
  #tee;
  #n;

  constructor(tee, n) {
    this.#tee = tee;
    this.#n = n;
  }

  pull() { return this.#tee.pull(this.#n); }
  cancel(reason) { return this.#tee.cancel(this.#n, reason); }
}

/// Also the read request: only one waits at a time.
class DefaultTee extends Tee {
  #reader;
  #clones;
  #again = false;

  constructor(stream, clones) {
    super(stream);
    this.#reader = acquireReader(stream);
    this.#clones = clones;
    for (let n = 0; n < 2; n++) started(new DefaultController(this.branches[n], new Branch(this, n), 1, null), undefined);
    this.watch(this.#reader);
  }

  pull() {
    if (this.reading) {
      this.#again = true;
      return;
    }
    this.reading = true;
    read(this.#reader, this);
  }

  // A job later: that the stream fails is noticed a job later, too, and then both branches fail without the chunk.
  chunk(value) {
    later(this, () => this.#give(value));
  }

  #give(value) {
    this.#again = false;
    let second = value;
    if (this.#clones && !this.cancelled[1]) {
      try {
        second = require('structured_clone').structuredClone(value);
      } catch (error) {
        this.failBoth(error);
        this.cancelStream(error);
        return;
      }
    }
    if (!this.cancelled[0]) enqueue(this.branches[0].controller, value);
    if (!this.cancelled[1]) enqueue(this.branches[1].controller, second);
    this.reading = false;
    if (this.#again) this.pull();
  }

  close() {
    this.reading = false;
    for (let n = 0; n < 2; n++) if (!this.cancelled[n]) closeController(this.branches[n].controller);
    if (!this.allCancelled) this.finish();
  }

  error() {
    this.reading = false;
  }
}

/// Two streams (streams_readable_core.js). Chunks of the second one are clones, if so asked; those of a byte stream always are. Throws for a stream that
/// is locked.
function tee(stream, clones) {
  if (stream.controller.isBytes) return require('streams_tee_bytes').teeBytes(stream);
  return new DefaultTee(stream, clones).branches;
}

module.exports = { Branch, Tee, tee };
