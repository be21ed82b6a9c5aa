// `node:worker_threads`, as much of it as there is.
'use strict';

const { Error, Promise, PromiseResolve, RegExpPrototypeExec, TypeError } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_UNSUPPORTED, coded, validateObject, validateString } = require('errors');
const EventEmitter = require('events');
const { MessageChannel } = require('message_channel');
const { MessagePort, isPort, receiveNow } = require('message_port');
const { readTransfer } = require('message_transfer');
const { posix: path } = require('path_posix');
const handles = require('worker_handle');

const { worker: start } = native.start;
const ERR_WORKER_PATH = coded(TypeError, 'ERR_WORKER_PATH', (file) =>
  `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'. Received "${file}"`);

// What Node's options ask for and is not here.
const unsupported = ['argv', 'execArgv', 'stdin', 'stdout', 'stderr', 'resourceLimits'];

function locate(file, isText) {
  if (isText) {
    validateString(file, 'filename');
    return { source: file, isCode: true };
  }
  if (typeof file !== 'string') {
    const { URL } = require('url_class');
    if (!(file instanceof URL)) throw new ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], file);
    return require('worker').locate(file.href, '/');
  }
  if (!path.isAbsolute(file) && RegExpPrototypeExec(/^\.\.?\//, file) === null) throw new ERR_WORKER_PATH(file);
  return { source: path.resolve(native.cwd(), file), isCode: false };
}

class Worker extends EventEmitter {
  #handle;
  #exitCode = null;
  #waiting = null;

  constructor(filename, options = { __proto__: null }) {
    super();
    validateObject(options, 'options');
    for (let i = 0; i < unsupported.length; i++) {
      const value = options[unsupported[i]];
      if (value !== undefined && value !== false) throw new ERR_UNSUPPORTED(`The option '${unsupported[i]}' of Worker`);
    }
    if (options.env !== undefined && options.env !== native.process.env) throw new ERR_UNSUPPORTED("The option 'env' of Worker");
    const { eval: isText = false, name = '', transferList, workerData } = options;
    if (name !== undefined) validateString(name, 'options.name');
    const { source, isCode } = locate(filename, !!isText);
    const what = {
      __proto__: null, source, isCode, isModule: false, name, asNode: true, data: { value: workerData }, transfer: readTransfer(transferList),
    };
    this.#handle = handles.start(what, {
      __proto__: null,
      message: (data) => this.emit('message', data),
      messageError: (error) => this.emit('messageerror', error),
      error: ({ error, message }) => this.emit('error', error ?? new Error(message)),
      online: () => this.emit('online'),
      exit: (code) => this.#exited(code),
    });
  }

  get threadId() { return this.#exitCode === null ? this.#handle.number : -1; }

  postMessage(message, transferOrOptions = undefined) {
    handles.post(this.#handle, message, readTransfer(transferOrOptions));
  }

  /// A promise of the exit code.
  terminate() {
    if (this.#exitCode !== null) return PromiseResolve(undefined);
    handles.terminate(this.#handle);
    return this.#ended();
  }

  ref() { handles.hold(this.#handle, true); }
  unref() { handles.hold(this.#handle, false); }

  #ended() {
    if (this.#waiting === null) {
      let resolve;
      const promise = new Promise((fulfil) => { resolve = fulfil; });
      this.#waiting = { promise, resolve };
    }
    return this.#waiting.promise;
  }

  #exited(code) {
    this.#exitCode = code;
    if (this.#waiting !== null) this.#waiting.resolve(code);
    this.emit('exit', code);
  }
}

function dataOfWorker() {
  if (start === undefined || start.data === undefined) return null;
  const { unpack } = require('message_unpack');
  return unpack(start.data, require('message_link').attachLink).data.value;
}

/// What waits at a port, without waiting for it.
function receiveMessageOnPort(port) {
  if (!isPort(port)) throw new ERR_INVALID_ARG_TYPE('port', 'MessagePort', port);
  return receiveNow(port);
}

module.exports = {
  Worker, MessageChannel, MessagePort, receiveMessageOnPort,
  isMainThread: start === undefined,
  parentPort: start === undefined ? null : require('worker_scope').parentPort(),
  threadId: start === undefined ? 0 : start.number,
  workerData: dataOfWorker(),
};
