// Errors for structuredClone(): name, message, stack and cause survive, as in Node; other properties do not.
'use strict';

const {
  Error, EvalError, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, RangeError,
  ReferenceError, ReflectApply, SafeMap, SafeSet, SyntaxError, TypeError, URIError,
} = primordials;
const { uncloneable } = require('clone_messages');
const { platformObject, registerPlatformObject } = require('platform_objects');
const { finds } = require('slots');

const constructors = new SafeMap();
const nativePrototypes = new SafeSet();
const places = ['line', 'column', 'sourceURL'];
const classes = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
for (let i = 0; i < classes.length; i++) {
  constructors.set(classes[i].name, classes[i]);
  nativePrototypes.add(classes[i].prototype);
}

// A data property's value; accessors are not asked.
function ownValue(object, key) {
  const found = ObjectGetOwnPropertyDescriptor(object, key);
  return found !== undefined && ObjectHasOwn(found, 'value') ? found : undefined;
}

function hide(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

// DOMException is serializable. It is registered here, by the first one to ask, because nobody else needs to know. Its slots are seen
// through its getters only, which throw for anything else.
let registered = false;
function registerDomException() {
  registered = true;
  const { DOMException } = require('dom_exception');
  const name = ObjectGetOwnPropertyDescriptor(DOMException.prototype, 'name').get;
  const message = ObjectGetOwnPropertyDescriptor(DOMException.prototype, 'message').get;
  const read = (getter, source) => ReflectApply(getter, source, []);
  registerPlatformObject(DOMException.prototype, (source) =>
    finds((value) => read(name, value), source) ? new DOMException(read(message, source), read(name, source)) : undefined);
}

/// The clone of a platform object, without its stack; undefined for an error of the language or of the program.
function clonePlatformError(source) {
  if (nativePrototypes.has(ObjectGetPrototypeOf(source))) return undefined;
  if (!registered) registerDomException();
  const platform = platformObject(source);
  if (platform === undefined) return undefined;
  if (platform.clone === undefined) throw uncloneable(source);
  return platform.clone(source);
}

function makeError(source) {
  const { name } = source;
  const Class = constructors.get(name) ?? Error;
  const message = ownValue(source, 'message');
  return message === undefined ? new Class() : new Class(`${message.value}`);
}

// The stack and what belongs to it, which the engine notes apart. The copy's own would tell where it was copied.
function copyPlace(source, copy) {
  const stack = ownValue(source, 'stack')?.value;
  hide(copy, 'stack', typeof stack === 'string' ? stack : undefined);
  for (let i = 0; i < places.length; i++) {
    const value = ownValue(source, places[i])?.value;
    if (typeof value === 'number' || typeof value === 'string') hide(copy, places[i], value);
    else delete copy[places[i]];
  }
}

function cloneError(source, memory, cloneValue) {
  const exception = clonePlatformError(source);
  const copy = exception ?? makeError(source);
  memory.set(source, copy);
  copyPlace(source, copy);
  const cause = exception === undefined ? ownValue(source, 'cause') : undefined;
  if (cause !== undefined) hide(copy, 'cause', cloneValue(cause.value, memory));
  return copy;
}

/// For another runtime: what of an error is sent. `exception`: the name and message are those of a DOMException.
function errorFacts(source) {
  const exception = clonePlatformError(source);
  const stack = ownValue(source, 'stack')?.value;
  const facts = { __proto__: null, exception: exception !== undefined, name: 'Error', message: undefined, hasCause: false, cause: undefined,
    stack: typeof stack === 'string' ? stack : undefined };
  if (exception !== undefined) {
    facts.name = exception.name;
    facts.message = exception.message;
    return facts;
  }
  const { name } = source;
  if (constructors.has(name)) facts.name = name;
  const message = ownValue(source, 'message');
  if (message !== undefined) facts.message = `${message.value}`;
  const cause = ownValue(source, 'cause');
  facts.hasCause = cause !== undefined;
  if (facts.hasCause) facts.cause = cause.value;
  return facts;
}

/// The error that was sent, but for its cause.
function makeSentError(exception, name, message, stack) {
  let error;
  if (exception) {
    const { DOMException } = require('dom_exception');
    error = new DOMException(message, name);
  } else {
    const Class = constructors.get(name) ?? Error;
    error = message === undefined ? new Class() : new Class(message);
  }
  hide(error, 'stack', stack);
  for (let i = 0; i < places.length; i++) delete error[places[i]];
  return error;
}

module.exports = { cloneError, errorFacts, hide, makeSentError };
