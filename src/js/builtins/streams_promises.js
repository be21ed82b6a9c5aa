// How the streams built-ins wait. A promise of a program is looked at as the language's `await` does it, once: its `constructor`, and for a thenable its
// `then`; neither a species nor Promise.prototype.then is asked for, so what a program puts there is not in the way. One job for each reaction, as many as
// the standard's "upon fulfilment" takes, so that the order of events is the standard's.
'use strict';

const { PromiseReject, PromiseResolve, PromiseWithResolvers, isObject } = primordials;
const { context, enter } = require('async_context');

/// When `value` settles, calls onFulfilled(self, result) or onRejected(self, reason), neither of which may throw, in the context of now. Also for a value
/// that is no promise: one job later.
async function react(value, self, onFulfilled, onRejected) {
  const { frame } = context;
  let result;
  try {
    result = await value;
  } catch (reason) {
    if (context.frame !== frame) enter(frame);
    onRejected(self, reason);
    return;
  }
  if (context.frame !== frame) enter(frame);
  onFulfilled(self, result);
}

/// The same as Web IDL has it, by a promise of its own that is resolved with `value`: for a promise, that is two jobs more. Only where the order can be
/// seen and nothing happens often: after start(), and at the end of a transform stream. The result is not passed on.
function reactSlowly(value, self, onFulfilled, onRejected) {
  react(isObject(value) ? throughPromise(value) : value, self, onFulfilled, onRejected);
}

async function throughPromise(value) {
  try {
    await value;
    await undefined;
  } catch (reason) {
    await undefined;
    throw reason;
  }
}

/// The same for a call that threw: what stands for its result is rejected already.
async function reactThrown(reason, self, onRejected) {
  const { frame } = context;
  await undefined;
  if (context.frame !== frame) enter(frame);
  onRejected(self, reason);
}

/// Calls f(self) in a job of its own.
async function later(self, f) {
  const { frame } = context;
  await undefined;
  if (context.frame !== frame) enter(frame);
  f(self);
}

/// A promise that is fulfilled with undefined after `value`.
async function afterwards(value) {
  await value;
}

/// The rejection of `promise` is nobody's concern.
async function silence(promise) {
  try {
    await promise;
  } catch { /* that is what it is for */ }
}

const kPending = 0;
const kFulfilled = 1;
const kRejected = 2;

/// A promise of an attribute (`closed`, `ready`) that is made when somebody asks for it. Its rejection counts as handled.
class Attribute {
  #status = kPending;
  #reason = undefined;
  #made = null; // with its resolvers, while pending
  #promise = null;

  get pending() { return this.#status === kPending; }

  get promise() {
    if (this.#promise !== null) return this.#promise;
    if (this.#status === kFulfilled) return (this.#promise = PromiseResolve());
    if (this.#status === kPending) {
      this.#made = PromiseWithResolvers();
      return (this.#promise = this.#made.promise);
    }
    this.#promise = PromiseReject(this.#reason);
    silence(this.#promise);
    return this.#promise;
  }

  /// Each does nothing to one that is settled.
  fulfil() {
    if (this.#status !== kPending) return;
    this.#status = kFulfilled;
    if (this.#made === null) return;
    this.#made.resolve();
    this.#made = null;
  }

  reject(reason) {
    if (this.#status !== kPending) return;
    this.#status = kRejected;
    this.#reason = reason;
    if (this.#made === null) return;
    silence(this.#promise);
    this.#made.reject(reason);
    this.#made = null;
  }
}

module.exports = { Attribute, afterwards, later, react, reactThrown, reactSlowly, silence };
