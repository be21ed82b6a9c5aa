// Worker (HTML, section 10.2.6): a program on a thread of its own. Outside of a browser it may also be named by a path, and the program's own file stands for the
// document: what is relative is looked for beside it.
'use strict';

const {
  Error, ReflectApply, RegExpPrototypeExec, StringPrototypeStartsWith, StringPrototypeToWellFormed, TypeError, Uint8Array, Uint8ArrayFromBase64,
  decodeURIComponent, isObject,
} = primordials;
const { ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_MISSING_ARGS, coded } = require('errors');
const { defineHandler } = require('event_handlers');
const { EventTarget, internals: targets } = require('event_target');
const { internals: messageEvents } = require('message_event');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface } = require('web_interface');
const { posix: path } = require('path_posix');
const { pathOfUrl, schemeOf } = require('esm_urls');
const handles = require('worker_handle');

const ConversionError = coded(TypeError, 'ERR_INVALID_ARG_TYPE', (text) => text);
const dataUrl = /^data:[^,]*?(;base64)?,([^#]*)/i;

function domException(message, name) {
  const { DOMException } = require('dom_exception');
  return new DOMException(message, name);
}

// The text of a data URL, in UTF-8.
function textOfData(url) {
  const parts = RegExpPrototypeExec(dataUrl, url);
  if (parts === null) throw domException(`Worker: '${url}' is no URL of a script`, 'SyntaxError');
  try {
    const text = decodeURIComponent(parts[2]);
    if (parts[1] === undefined) return text;
    return native.utf8Decode(ReflectApply(Uint8ArrayFromBase64, Uint8Array, [text]));
  } catch { /* said below */ }
  throw domException('Worker: the text of this data URL is malformed', 'SyntaxError');
}

/// { source, isCode } of what a program names.
function locate(name, base) {
  if (RegExpPrototypeExec(/^data:/i, name) !== null) return { source: textOfData(name), isCode: true };
  const scheme = schemeOf(name);
  if (scheme === 'file:') return { source: pathOfUrl(fileUrlOf(name)), isCode: false };
  if (scheme !== '') throw domException(`Worker: scripts of '${scheme}' URLs cannot be loaded`, 'NotSupportedError');
  return { source: StringPrototypeStartsWith(name, '/') ? name : path.resolve(base, name), isCode: false };
}

function fileUrlOf(name) {
  const { URL } = require('url_class');
  return new URL(name).href;
}

// Beside the program's file, or in the working directory when it has none.
function baseDirectory() {
  const own = native.mainFile;
  return own === undefined ? native.cwd() : path.dirname(own);
}

function readOptions(options) {
  const read = { __proto__: null, name: '', isModule: false };
  if (options === undefined || options === null) return read;
  if (!isObject(options)) throw new ConversionError('Worker: the options cannot be converted to a dictionary');
  const { credentials } = options;
  if (credentials !== undefined) enumeration(credentials, ['omit', 'same-origin', 'include'], 'options.credentials');
  const { name } = options;
  if (name !== undefined) read.name = `${name}`;
  const { type } = options;
  if (type !== undefined) read.isModule = enumeration(type, ['classic', 'module'], 'options.type') === 'module';
  return read;
}

function enumeration(value, values, name) {
  const text = `${value}`;
  for (let i = 0; i < values.length; i++) if (values[i] === text) return text;
  throw new ERR_INVALID_ARG_VALUE(name, value);
}

// ---- what is heard of it ---------------------------------------------------------------------------------------------

function dispatch(worker, event) {
  return targets.dispatch(worker, event);
}

// HTML, report an exception in a worker: an event at the Worker; nobody took care of it: the error is one of this program.
function tellError(worker, facts) {
  const { ErrorEvent } = require('web_events');
  const event = new ErrorEvent('error', {
    __proto__: null, cancelable: true, message: facts.message, filename: facts.filename, lineno: facts.lineno, colno: facts.colno, error: facts.error,
  });
  require('event').internals.setTrusted(event, true);
  const listened = targets.countListeners(worker, 'error') > 0;
  const goesOn = dispatch(worker, event);
  if (native.web === undefined ? listened : !goesOn) return;
  const error = facts.error ?? new Error(facts.message);
  native.processInternals.uncaught(error, false);
}

let isWorker;

class Worker extends EventTarget {
  #handle;

  constructor(scriptURL, options = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('scriptURL');
    super();
    const url = StringPrototypeToWellFormed(`${scriptURL}`);
    const { name, isModule } = readOptions(options);
    const { source, isCode } = locate(url, baseDirectory());
    const what = { __proto__: null, source, isCode, isModule, name, asNode: false, data: undefined, transfer: null };
    this.#handle = handles.start(what, {
      __proto__: null,
      message: (data, ports) => dispatch(this, messageEvents.make('message', data, ports)),
      messageError: () => dispatch(this, messageEvents.make('messageerror', null, null)),
      error: (facts) => tellError(this, facts),
      online() {},
      exit() {},
    });
  }

  postMessage(message, transferOrOptions = undefined) {
    const handle = checked(this).#handle;
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('message');
    handles.post(handle, message, require('message_transfer').readTransfer(transferOrOptions));
  }

  terminate() {
    handles.terminate(checked(this).#handle);
  }

  ref() {
    handles.hold(checked(this).#handle, true);
  }

  unref() {
    handles.hold(checked(this).#handle, false);
  }

  static {
    isWorker = (value) => isObject(value) && #handle in value;
  }
}

function checked(value) {
  if (!isWorker(value)) throw new ERR_INVALID_THIS('Worker');
  return value;
}

defineHandler(Worker.prototype, 'message', checked);
defineHandler(Worker.prototype, 'messageerror', checked);
defineHandler(Worker.prototype, 'error', checked);
defineInterface(Worker, 'Worker');
registerPlatformObject(Worker.prototype);

module.exports = { Worker, locate };
