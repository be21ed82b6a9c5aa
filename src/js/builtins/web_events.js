// ErrorEvent and PromiseRejectionEvent (HTML, 8.1.4.6 and 8.1.4.7).
'use strict';

const { String, StringPrototypeToWellFormed } = primordials;
const { ConversionError, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { Event, internals: events } = require('event');
const { defineInterface } = require('web_interface');

let isErrorEvent;
let partsOf; // what `onerror` is given
let isRejectionEvent;

class ErrorEvent extends Event {
  #message = '';
  #filename = '';
  #lineno = 0;
  #colno = 0;
  #error;

  constructor(type, eventInitDict = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    super(type, eventInitDict);
    if (eventInitDict === undefined || eventInitDict === null) return;
    // In the order in which WebIDL reads the members of a dictionary.
    const { colno, error, filename, lineno, message } = eventInitDict;
    if (colno !== undefined) this.#colno = +colno >>> 0;
    this.#error = error;
    if (filename !== undefined) this.#filename = StringPrototypeToWellFormed(`${filename}`);
    if (lineno !== undefined) this.#lineno = +lineno >>> 0;
    if (message !== undefined) this.#message = `${message}`;
  }

  get message() { return checkedError(this).#message; }
  get filename() { return checkedError(this).#filename; }
  get lineno() { return checkedError(this).#lineno; }
  get colno() { return checkedError(this).#colno; }
  get error() { return checkedError(this).#error; }

  static {
    isErrorEvent = (value) => typeof value === 'object' && value !== null && #message in value;
    partsOf = (event) => [event.#message, event.#filename, event.#lineno, event.#colno, event.#error];
  }
}

function checkedError(value) {
  if (!isErrorEvent(value)) throw new ERR_INVALID_THIS('ErrorEvent');
  return value;
}

class PromiseRejectionEvent extends Event {
  #promise;
  #reason;

  constructor(type, eventInitDict) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'eventInitDict');
    super(type, eventInitDict);
    const { promise, reason } = eventInitDict ?? { __proto__: null };
    if (promise === undefined) throw new ConversionError('PromiseRejectionEvent: the member "promise" is required');
    if ((typeof promise !== 'object' && typeof promise !== 'function') || promise === null)
      throw new ERR_INVALID_ARG_TYPE('eventInitDict.promise', 'object', promise);
    this.#promise = promise;
    this.#reason = reason;
  }

  get promise() { return checkedRejection(this).#promise; }
  get reason() { return checkedRejection(this).#reason; }

  static {
    isRejectionEvent = (value) => typeof value === 'object' && value !== null && #promise in value;
  }
}

function checkedRejection(value) {
  if (!isRejectionEvent(value)) throw new ERR_INVALID_THIS('PromiseRejectionEvent');
  return value;
}

defineInterface(ErrorEvent, 'ErrorEvent');
defineInterface(PromiseRejectionEvent, 'PromiseRejectionEvent');

function trusted(event) {
  events.setTrusted(event, true);
  return event;
}

// A line for a person, as browsers word it.
function messageOf(error, facts) {
  const name = facts[0];
  const text = facts[1];
  if (typeof error !== 'object' && typeof error !== 'function') return `Uncaught ${String(error)}`;
  return name === '' ? `Uncaught ${text}` : `Uncaught ${name}${text === '' ? '' : ': '}${text}`;
}

/// The event that tells of an error which nobody caught.
function errorEvent(error) {
  const facts = require('fatal').summary(error);
  return trusted(new ErrorEvent('error', {
    __proto__: null, cancelable: true, message: messageOf(error, facts), filename: facts[4], lineno: facts[5], colno: facts[6], error,
  }));
}

function rejectionEvent(type, promise, reason, cancelable) {
  return trusted(new PromiseRejectionEvent(type, { __proto__: null, cancelable, promise, reason }));
}

module.exports = { ErrorEvent, PromiseRejectionEvent, errorEvent, isErrorEvent, messageOf, partsOf, rejectionEvent };
