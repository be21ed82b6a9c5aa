// AbortSignal and AbortController (DOM, section 3). What built-ins need of a signal is in `internals`: it asks no getter and calls no
// method that a program could have replaced.
'use strict';

const { ReflectApply, SafeSet, SymbolFor } = primordials;
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('errors');
const { DOMException } = require('dom_exception');
const { Event, internals: events } = require('event');
const { EventTarget, internals: targets } = require('event_target');
const { defineInterface, inspectMembers } = require('web_interface');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kCreate = { __proto__: null }; // proves that it is us who call the constructor
const kNotAborted = { __proto__: null }; // in the place of a reason

function makeAbortError() {
  return new DOMException('This operation was aborted', 'AbortError');
}

let internals;

class AbortSignal extends EventTarget {
  #reason = kNotAborted;
  #more = null; // what few signals have, see `moreOf`

  constructor(proof = undefined) {
    if (proof !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  static abort(reason = undefined) {
    const signal = new AbortSignal(kCreate);
    signal.#reason = reason === undefined ? makeAbortError() : reason;
    return signal;
  }

  static timeout(delay) {
    return require('abort_timeout').timeout(delay);
  }

  static any(signals) {
    return require('abort_any').any(signals);
  }

  get aborted() { return checked(this).#reason !== kNotAborted; }

  get reason() {
    const reason = checked(this).#reason;
    return reason === kNotAborted ? undefined : reason;
  }

  throwIfAborted() {
    if (checked(this).#reason !== kNotAborted) throw this.#reason;
  }

  get onabort() {
    const more = checked(this).#more;
    return more === null || more.handler === null ? null : more.handler.callback;
  }

  // HTML, event handler attributes: a handler keeps its place among the listeners when another function takes over, and loses it when it
  // is set to null.
  set onabort(value) {
    checked(this);
    const callback = typeof value === 'function' || typeof value === 'object' ? value : null;
    if (callback === null && this.#more === null) return;
    const more = internals.moreOf(this);
    if (callback === null) {
      if (more.handler !== null) targets.removeListener(this, more.handler.listener);
      more.handler = null;
    } else if (more.handler !== null) {
      more.handler.callback = callback;
    } else {
      more.handler = addHandler(this, callback);
    }
  }

  [kInspect](depth, options) {
    return inspectMembers(this, depth, options, { aborted: this.#reason !== kNotAborted }, '[AbortSignal]');
  }

  static {
    // The abort steps of one signal: its algorithms, then the event.
    const runAbortSteps = (signal) => {
      const more = signal.#more;
      if (more !== null && more.algorithms !== null) {
        const { algorithms } = more;
        more.algorithms = null;
        algorithms.forEach((algorithm) => algorithm());
      }
      if (targets.countListeners(signal, 'abort') > 0) {
        const event = new Event('abort');
        events.setTrusted(event, true);
        targets.dispatch(signal, event);
      }
      if (more !== null && more.onAborted !== null) more.onAborted();
    };

    internals = {
      __proto__: null,
      create: () => new AbortSignal(kCreate),
      isAbortSignal: (value) => typeof value === 'object' && value !== null && #more in value,
      isAborted: (signal) => signal.#reason !== kNotAborted,
      reasonOf: (signal) => signal.#reason,
      setReason(signal, reason) {
        signal.#reason = reason;
      },
      existingMoreOf: (signal) => signal.#more,
      moreOf: (signal) => signal.#more ??= {
        handler: null, // of onabort
        algorithms: null, // what to run before the event
        dependents: null, // the signals that follow this one (abort_any.js)
        listening: 0, // how many of them somebody listens to
        sources: null, // of a signal that follows others
        onChange: null, // () => void, after algorithms, or listening dependents, came or went
        onAborted: null, // () => void
      },
      makeAbortError,

      /// Aborts with `reason`. All signals that follow this one are aborted before anything of the program can notice.
      abort(signal, reason) {
        if (signal.#reason !== kNotAborted) return;
        signal.#reason = reason;
        const more = signal.#more;
        const dependents = more === null || more.dependents === null ? null : more.dependents.take();
        if (dependents !== null) for (let i = 0; i < dependents.length; i++) dependents[i].#reason = reason;
        runAbortSteps(signal);
        if (dependents !== null) for (let i = 0; i < dependents.length; i++) runAbortSteps(dependents[i]);
      },

      /// Runs `algorithm` when the signal aborts, before its event; not when it has aborted already. Returns what takes it back.
      addAlgorithm(signal, algorithm) {
        if (signal.#reason !== kNotAborted) return () => {};
        const more = internals.moreOf(signal);
        const algorithms = (more.algorithms ??= SafeSet());
        algorithms.add(algorithm);
        if (more.onChange !== null) more.onChange();
        return () => {
          algorithms.delete(algorithm);
          if (more.onChange !== null) more.onChange();
        };
      },
    };
  }
}

function checked(value) {
  if (!internals.isAbortSignal(value)) throw new ERR_INVALID_THIS('AbortSignal');
  return value;
}

function addHandler(signal, callback) {
  const handler = { callback, listener: null };
  const eventHandler = (event) => {
    if (typeof handler.callback !== 'function') return undefined;
    const result = ReflectApply(handler.callback, signal, [event]);
    if (result === false) events.cancel(event);
    return result;
  };
  handler.listener = targets.addListener(signal, 'abort', eventHandler, false, false, false, false);
  return handler;
}

class AbortController {
  #signal = null; // made when somebody asks for it

  get signal() {
    return checkedController(this).#signal ??= internals.create();
  }

  abort(reason = undefined) {
    const signal = (checkedController(this).#signal ??= internals.create());
    if (internals.isAborted(signal)) return;
    internals.abort(signal, reason === undefined ? makeAbortError() : reason);
  }

  [kInspect](depth, options) {
    checkedController(this);
    return inspectMembers(this, depth, options, { signal: (this.#signal ??= internals.create()) }, 'AbortController {}');
  }

  static {
    internals.isAbortController = (value) => typeof value === 'object' && value !== null && #signal in value;
  }
}

function checkedController(value) {
  if (!internals.isAbortController(value)) throw new ERR_INVALID_THIS('AbortController');
  return value;
}

defineInterface(AbortSignal, 'AbortSignal');
defineInterface(AbortController, 'AbortController');
targets.connectSignals(internals);

module.exports = { AbortController, AbortSignal, internals };
