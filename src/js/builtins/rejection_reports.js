// What becomes of a rejection that nobody handles, by mode. Loaded with the first.
'use strict';

const {
  Error, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf, ObjectHasOwn, String,
} = primordials;
const { ERR_UNHANDLED_REJECTION } = require('errors');
const { isNativeError } = require('native_error');

// Text for a reason that is no Error, without running any of its code.
function nameOf(reason) {
  if ((typeof reason !== 'object' && typeof reason !== 'function') || reason === null) return String(reason);
  if (native.proxyTarget(reason) !== undefined) return '#<Proxy>';
  const own = ObjectGetOwnPropertyDescriptor(ObjectGetPrototypeOf(reason) ?? reason, 'constructor')?.value;
  const name = typeof own === 'function' ? ObjectGetOwnPropertyDescriptor(own, 'name')?.value : undefined;
  return `#<${typeof name === 'string' && name !== '' ? name : 'Object'}>`;
}

// As in Node: whatever has a stack of its own stands for itself.
const isErrorLike = (reason) =>
  isNativeError(reason) || (typeof reason === 'object' && reason !== null && ObjectHasOwn(reason, 'stack'));

function asError(reason) {
  if (isErrorLike(reason)) return reason;
  const error = new ERR_UNHANDLED_REJECTION(nameOf(reason));
  delete error.toString; // the one of our coded errors, which names the code
  ObjectDefineProperty(error, 'name', { __proto__: null, value: 'UnhandledPromiseRejection', writable: true, configurable: true });
  return error;
}

function describe(reason) {
  try {
    if (isErrorLike(reason)) return `${reason.stack || reason.message}`;
    return nameOf(reason);
  } catch {
    return 'a value that cannot be turned into text';
  }
}

// A warning's own stack would only show this file: it gets the one that tells where the rejection came from.
function warn(name, message, stack) {
  const warning = new Error(message);
  warning.name = name;
  ObjectDefineProperty(warning, 'stack', { __proto__: null, value: stack, writable: true, configurable: true });
  return warning;
}

function warnUnhandled(id, reason) {
  const name = 'UnhandledPromiseRejectionWarning';
  const text = describe(reason);
  native.process.emitWarning(warn(name, text, `${name}: ${text}`));
  const advice =
    'Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch block, or by rejecting a ' +
    'promise which was not handled with .catch(). To terminate the node process on unhandled promise rejection, use the CLI flag ' +
    '`--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). ' +
    `(rejection id: ${id})`;
  native.process.emitWarning(warn(name, advice, isErrorLike(reason) ? text : `${name}: ${advice}`));
}

const report = {
  __proto__: null,
  throw(id, promise, reason, onUncaught) {
    if (!native.process.emit('unhandledRejection', reason, promise)) onUncaught(asError(reason), true);
  },
  strict(id, promise, reason, onUncaught) {
    onUncaught(asError(reason), true);
    if (!native.process.emit('unhandledRejection', reason, promise)) warnUnhandled(id, reason);
  },
  warn(id, promise, reason) {
    native.process.emit('unhandledRejection', reason, promise);
    warnUnhandled(id, reason);
  },
  none(id, promise, reason) {
    native.process.emit('unhandledRejection', reason, promise);
  },
  'warn-with-error-code'(id, promise, reason) {
    if (native.process.emit('unhandledRejection', reason, promise)) return;
    warnUnhandled(id, reason);
    native.process.exitCode = 1;
  },
};

module.exports = { report };
