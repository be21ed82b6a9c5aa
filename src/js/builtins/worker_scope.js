// The inside of a worker: what its global object has besides that of the profile, and the way to who made it. The port to there is made with the first use: a worker
// that only computes starts without it.
'use strict';

const { ObjectDefineProperty, ReflectApply, StringPrototypeEndsWith, globalThis } = primordials;
const { lazyAttribute, lazyProperty } = require('lazy');

const { web, worker: start } = native.start;

let port = null;
let scope = null; // the event target behind the global object
let closing = false;

/// The port to who made this worker.
function parentPort() {
  if (port === null) {
    const { End, attach } = require('message_port');
    const end = new End();
    end.link = start.link;
    port = attach(end);
  }
  return port;
}

function postMessage(message, transferOrOptions = undefined) {
  const own = parentPort();
  ReflectApply(own.postMessage, own, arguments.length === 0 ? [] : [message, transferOrOptions]);
}

// HTML, close(): what runs comes to its end, nothing else begins.
function close() {
  closing = true;
  require('message_natives').endProgram(native.processInternals.currentExitCode());
}

// Listeners for messages at the global object are listeners at the port, as long as there are any.
function connectScope(target) {
  scope = target;
  const { internals: targets } = require('event_target');
  const forwarding = { __proto__: null, message: null, messageerror: null };
  const forward = (event) => {
    if (!closing) targets.dispatch(scope, require('message_event').internals.again(event));
  };
  targets.tableOf(scope).onChange = (type) => {
    if (type !== 'message' && type !== 'messageerror') return;
    const wanted = targets.countListeners(scope, type) > 0;
    if (wanted === (forwarding[type] !== null)) return;
    const { startPort, releasePort } = require('message_port');
    const own = parentPort();
    if (wanted) {
      forwarding[type] = targets.addListener(own, type, forward, false, false, false, false);
      if (type === 'message') startPort(own);
    } else {
      targets.removeListener(own, forwarding[type]);
      forwarding[type] = null;
      if (type === 'message') releasePort(own);
    }
  };
}

/// The target behind `this`, as listeners and handlers of the global object mean it.
function checkedScope(value) {
  if (value !== undefined && value !== null && value !== globalThis) {
    const { ERR_INVALID_THIS } = require('errors');
    throw new ERR_INVALID_THIS('nullish or must be the global object');
  }
  return scope ?? loadScope();
}

function loadScope() {
  const { EventTarget } = require('event_target'); // in the profile web it connects its scope itself, see there
  if (scope === null) connectScope(new EventTarget());
  return scope;
}

function method(name) {
  return { [name](...args) { return ReflectApply(require('event_target').internals.methods[name], checkedScope(this), args); } }[name];
}

function defineGlobal(name, value) {
  ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

/// `onmessage` and its like, loaded when first looked at or set.
function lazyHandler(type) {
  const name = `on${type}`;
  const load = () => {
    delete globalThis[name];
    require('event_handlers').defineHandler(globalThis, type, checkedScope);
  };
  ObjectDefineProperty(globalThis, name, {
    __proto__: null, enumerable: true, configurable: true,
    get() {
      load();
      return globalThis[name];
    },
    set(value) {
      load();
      globalThis[name] = value;
    },
  });
}

function connect() {
  native.connectScope = connectScope;
  defineGlobal('postMessage', postMessage);
  defineGlobal('close', close);
  lazyHandler('message');
  lazyHandler('messageerror');
  lazyAttribute(globalThis, 'name', () => start.name, true);
  if (web) return;
  lazyAttribute(globalThis, 'self', () => globalThis, true);
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'])
    lazyProperty(globalThis, name, () => method(name), true);
}

// Node's Worker tells when its program begins.
function tellOnline() {
  if (!start.node) return;
  const { header, send } = require('message_link');
  send(start.link, null, null, header.online);
}

/// Runs the worker's program.
function runMain(file) {
  tellOnline();
  if (start.module) require('esm').runMainFile(file);
  else if (web) require('scripts').runMainInWeb(file);
  else if (StringPrototypeEndsWith(file, '.mjs')) require('scripts').runMainModule(file);
  else require('loader').getLoader().requireMain(file);
}

/// The same for one that is a text. `defineGlobal` as runCode() of scripts.js wants it.
function runCode(source, name, defineGlobal) {
  tellOnline();
  const scripts = require('scripts');
  if (start.module) require('esm').runMainText(scripts.scriptUrl('[worker]'), source);
  else scripts.runCode(source, name, defineGlobal);
}

/// Tells the maker of an error that nobody caught; false when that is impossible.
function tellError(error) {
  const { header, send } = require('message_link');
  const summary = require('fatal').summary(error);
  const facts = {
    __proto__: null, message: require('web_events').messageOf(error, summary), filename: summary[4], lineno: +summary[5] || 0, colno: +summary[6] || 0,
  };
  try {
    send(start.link, { ...facts, error }, null, header.error);
    return true;
  } catch { /* it cannot be sent */ }
  try {
    send(start.link, { ...facts, error: null }, null, header.error);
    return true;
  } catch {
    return false;
  }
}

module.exports = { connect, parentPort, runCode, runMain, tellError };
