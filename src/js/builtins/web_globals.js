// What the global object of the profile web has beyond that of the profile node, and in other forms; bootstrap.js leaves out what it has not.
'use strict';

const { ObjectDefineProperty, ReflectApply, ReflectGetOwnPropertyDescriptor, globalThis } = primordials;
const { ERR_MISSING_ARGS } = require('errors');
const { lazyAttribute, lazyProperty } = require('lazy');
const rejections = require('rejections');
const { globals: timers, leaveTask, requireGlobal } = require('timers_web');
const { report, reportPostponed } = require('web_errors');

function define(name, value) {
  ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

define('setTimeout', timers.setTimeout);
define('setInterval', timers.setInterval);
define('clearTimeout', timers.clearTimeout);
define('clearInterval', timers.clearInterval);
define('reportError', {
  reportError(e) {
    requireGlobal(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('e');
    report(e);
  },
}.reportError);
lazyAttribute(globalThis, 'self', () => globalThis, true);

// The engine's global object cannot be given another prototype, so it has the methods of an EventTarget itself.
const methods = ['addEventListener', 'removeEventListener', 'dispatchEvent'];
for (let i = 0; i < methods.length; i++)
  lazyProperty(globalThis, methods[i], () => require('event_target').internals.methods[methods[i]], true);

// HTML, event handler attributes: a handler keeps its place among the listeners when another one takes over, and loses it when it is
// set to null.
function defineHandler(type, call) {
  let callback = null;
  let listener = null;
  const listen = (event) => (typeof callback === 'function' ? call(callback, event) : undefined);
  const name = `on${type}`;
  const { get, set } = ReflectGetOwnPropertyDescriptor({
    get [name]() {
      requireGlobal(this);
      return callback;
    },
    set [name](value) {
      requireGlobal(this);
      callback = typeof value === 'function' || typeof value === 'object' ? value : null;
      if (callback === null && listener === null) return;
      const { internals } = require('event_target');
      if (callback === null) {
        internals.removeListener(native.web.scope, listener);
        listener = null;
      } else if (listener === null) {
        listener = internals.addListener(native.web.scope, type, listen, false, false, false, false);
      }
    },
  }, name);
  ObjectDefineProperty(globalThis, name, { __proto__: null, get, set, enumerable: true, configurable: true });
}

function callHandler(callback, event) {
  if (ReflectApply(callback, globalThis, [event]) === false) require('event').internals.cancel(event);
}

// The one handler that is given the parts of its event, and that prevents by returning true.
function callErrorHandler(callback, event) {
  const { isErrorEvent, partsOf } = require('web_events');
  if (!isErrorEvent(event)) callHandler(callback, event);
  else if (ReflectApply(callback, globalThis, partsOf(event)) === true) require('event').internals.cancel(event);
}

defineHandler('error', callErrorHandler);
defineHandler('unhandledrejection', callHandler);
defineHandler('rejectionhandled', callHandler);

// The end of a checkpoint, and with it of a task: true when listeners ran, which may have queued more.
function onIdle() {
  leaveTask();
  const late = reportPostponed();
  return rejections.process() || late;
}

module.exports = {
  connect() {
    native.processInternals.uncaught = report; // for whoever asks for it later
    return { uncaught: report, onIdle };
  },
};
