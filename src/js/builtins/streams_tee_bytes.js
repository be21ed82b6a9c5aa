// ReadableStream.tee() of a byte stream (Streams, section 4.9.1, ReadableByteStreamTee): the stream is read with the reader that suits who asks. A branch
// whose reader lends a buffer has it filled directly, and the other one gets a copy.
'use strict';

const { Uint8Array } = primordials;
const { checkBytes, describeView } = require('streams_arguments');
const { ByteController, closeController, enqueueOwned, failController, requestOf, started } = require('streams_byte_controller');
const { respond, respondWithView } = require('streams_byte_respond');
const { later } = require('streams_promises');
const { acquireByobReader, acquireReader, read, release } = require('streams_readable_core');
const { readView } = require('streams_readers');
const { Branch, Tee } = require('streams_tee');

function copyOf(view) {
  const { buffer, byteLength, byteOffset } = describeView(view, 'chunk');
  checkBytes(byteLength);
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

function give(branch, view) {
  const { buffer, byteLength, byteOffset } = describeView(view, 'chunk');
  enqueueOwned(branch.controller, buffer, byteOffset, byteLength);
}

// The stream is over: buffers that a reader lent go back.
function returnBuffers(branch) {
  if (branch.controller.pullIntos.length > 0) respond(branch.controller, 0);
}

class ByteTee extends Tee {
  #reader;
  #again = [false, false];

  constructor(stream) {
    super(stream);
    this.#reader = acquireReader(stream);
    for (let n = 0; n < 2; n++) started(new ByteController(this.branches[n], new Branch(this, n), 0, 0), undefined);
    this.watch(this.#reader);
  }

  isReading(reader) { return reader === this.#reader; }
  failBranch(n, reason) { failController(this.branches[n].controller, reason); }

  pull(n) {
    if (this.reading) {
      this.#again[n] = true;
      return;
    }
    this.reading = true;
    const request = requestOf(this.branches[n].controller);
    this.#use(request !== null);
    if (request === null) read(this.#reader, new DefaultRequest(this));
    else readView(this.#reader, describeView(request.view, 'view'), 1, new ByobRequest(this, n));
  }

  #use(byob) {
    if (this.#reader.isByob === byob) return;
    release(this.#reader);
    this.#reader = byob ? acquireByobReader(this.stream) : acquireReader(this.stream);
    this.watch(this.#reader);
  }

  /// `view` for the branch `n`, and a copy for the other one; with `lent`, `view` lies in the buffer that this branch lent.
  give(view, n, lent) {
    const other = 1 - n;
    this.#again[0] = this.#again[1] = false;
    let copy = view;
    if (!this.cancelled[other] && (lent || !this.cancelled[n])) {
      try {
        copy = copyOf(view);
      } catch (error) {
        this.failBoth(error);
        this.cancelStream(error);
        return;
      }
    }
    if (!this.cancelled[n]) {
      if (lent) respondWithView(this.branches[n].controller, describeView(view, 'view'));
      else give(this.branches[n], view);
    }
    if (!this.cancelled[other]) give(this.branches[other], copy);
    this.reading = false;
    if (this.#again[0]) this.pull(0);
    else if (this.#again[1]) this.pull(1);
  }

  closeBranches() {
    this.reading = false;
    for (let n = 0; n < 2; n++) if (!this.cancelled[n]) closeController(this.branches[n].controller);
  }

  isReadingNoMore() { this.reading = false; }
}

class DefaultRequest {
  #tee;

  constructor(tee) {
    this.#tee = tee;
  }

  chunk(view) { later(this.#tee, (tee) => tee.give(view, 0, false)); }

  close() {
    const tee = this.#tee;
    tee.closeBranches();
    returnBuffers(tee.branches[0]);
    returnBuffers(tee.branches[1]);
    if (!tee.allCancelled) tee.finish();
  }

  error() { this.#tee.isReadingNoMore(); }
}

class ByobRequest {
  #tee;
  #n; // whose buffer it is

  constructor(tee, n) {
    this.#tee = tee;
    this.#n = n;
  }

  chunk(view) { later(this.#tee, (tee) => tee.give(view, this.#n, true)); }

  // Without a view when the stream was cancelled.
  close(view) {
    const tee = this.#tee;
    tee.closeBranches();
    if (view !== undefined) {
      if (!tee.cancelled[this.#n]) respondWithView(tee.branches[this.#n].controller, describeView(view, 'view'));
      if (!tee.cancelled[1 - this.#n]) returnBuffers(tee.branches[1 - this.#n]);
    }
    if (!tee.allCancelled) tee.finish();
  }

  error() { this.#tee.isReadingNoMore(); }
}

function teeBytes(stream) {
  return new ByteTee(stream).branches;
}

module.exports = { teeBytes };
