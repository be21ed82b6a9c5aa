// Runs once per runtime, before any program: connects the built-ins, installs the globals, and hands C++ the functions it calls.
'use strict';

const {
  Array, ArrayPrototypeIncludes, Error, ObjectDefineProperty, ObjectHasOwn, ReflectApply, ReflectOwnKeys, StringPrototypeEndsWith, StringPrototypeSlice,
  StringPrototypeStartsWith, Symbol, bareArray, globalThis,
} = primordials;
// What the language itself has, before anything of ours is there.
if (native.sandbox !== undefined) native.languageGlobals = ReflectOwnKeys(globalThis);

// The engine does not know these well-known symbols yet; handles are disposable all the same.
for (const name of ['dispose', 'asyncDispose']) {
  const symbol = Symbol[name] ?? Symbol(`Symbol.${name}`);
  if (Symbol[name] === undefined) ObjectDefineProperty(Symbol, name, { __proto__: null, value: symbol });
  primordials[`Symbol${name === 'dispose' ? 'Dispose' : 'AsyncDispose'}`] = symbol;
}
Error.stackTraceLimit = native.start.stackTraceLimit;

// C++ that these call may run JavaScript in turn, and that may have called process.exit(): then nothing more of the program runs here,
// not even a finally block, until the engine has noticed.
const kExiting = 5; // a slot of `state`, see src/js/runtime_state.h
function stopping(call) {
  return (...args) => {
    try {
      return ReflectApply(call, undefined, args);
    } finally {
      while (native.state[kExiting] !== 0);
    }
  };
}
native.runCovered = stopping(native.runCovered);
native.write = stopping(native.write);
if (native.sandbox !== undefined) native.lookAtHeap = stopping(native.lookAtHeap);

const { Frame, context, enter } = require('async_context');
const { lazyAttribute, lazyProperties, lazyProperty } = require('lazy');
const queues = require('task_queues');
const process = require('process');
const timers = require('timers');
const rejections = require('rejections');
const { beforeExit, exit, currentExitCode } = native.processInternals;
const { timerInternals } = native;
const { setImmediate } = timers;
const { web } = native.start; // the profile
require('engine_work');

// What an error that nobody caught comes to.
const { uncaught, onIdle } = web ? require('web_globals').connect() : { uncaught: native.processInternals.uncaught, onIdle: rejections.process };
queues.connect({ onThrow: (error) => uncaught(error, false), onIdle });
timerInternals.connect({ onThrow: (error) => uncaught(error, false) });
rejections.connect({ mode: web ? 'web' : native.start.unhandledRejections, onUncaught: uncaught });

function defineGlobal(name, value, enumerable) {
  ObjectDefineProperty(globalThis, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

if (!web) {
  defineGlobal('global', globalThis, false);
  defineGlobal('process', process, false);
  for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'])
    defineGlobal(name, timers[name], true);
}
defineGlobal('queueMicrotask', queues.queueMicrotask, true);

if (native.start.exposeGc) defineGlobal('gc', function gc() { native.collectGarbage(); }, false);

// Loaded when first looked at; the console alone brings inspect with it, a third of all built-in source. Functions can be enumerated,
// classes and namespaces cannot.
function lazyGlobal(name, id, enumerable) {
  lazyProperty(globalThis, name, () => require(id)[name], enumerable);
}
for (const [id, names, enumerable] of [
  ['blob', 'Blob File', false], ['form_data', 'FormData', false], ['fetch_headers', 'Headers', false],
  ['fetch_request', 'Request', false], ['fetch_response', 'Response', false],
  ['console', 'console', false], ['dom_exception', 'DOMException', false], ['event', 'CustomEvent Event', false],
  ['event_target', 'EventTarget', false], ['abort_signal', 'AbortController AbortSignal', false],
  ['performance', 'Performance', false], ['encoding', 'TextDecoder TextEncoder', false],
  ['web_crypto', 'Crypto', false], ['subtle_crypto', 'SubtleCrypto', false], ['subtle_key', 'CryptoKey', false],
  ['base64', 'atob btoa', true], ['structured_clone', 'structuredClone', true],
  ['url_class', 'URL', false], ['url_search_params', 'URLSearchParams', false],
  ['url_pattern', 'URLPattern', false], ['navigator', 'Navigator', false],
  ['performance_entry', 'PerformanceEntry PerformanceMark PerformanceMeasure', false],
  ['performance_observer', 'PerformanceObserver PerformanceObserverEntryList', false],
  ['message_event', 'MessageEvent', false], ['message_channel', 'MessageChannel', false], ['message_port', 'MessagePort', false], ['worker', 'Worker', false],
]) for (const name of names.split(' ')) lazyGlobal(name, id, enumerable);
lazyProperties(globalThis, ('ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamDefaultController ' +
  'ReadableByteStreamController ReadableStreamBYOBRequest WritableStream WritableStreamDefaultWriter WritableStreamDefaultController TransformStream ' +
  'TransformStreamDefaultController ByteLengthQueuingStrategy CountQueuingStrategy').split(' '), (name) => require('streams')[name], false);
for (const name of ['TextDecoderStream', 'TextEncoderStream', 'CompressionStream', 'DecompressionStream']) lazyGlobal(name, 'streams', false);
lazyAttribute(globalThis, 'performance', () => require('performance').performance, true);
lazyAttribute(globalThis, 'navigator', () => require('navigator').navigator, false);
lazyAttribute(globalThis, 'crypto', () => require('web_crypto').crypto, false);
// What clone_kinds.js compares with; later a program may have changed it.
native.arrayPrototypeElements = native.cellElements(Array.prototype);

// Node has the one, and PromiseRejectionEvent goes with what it has not: docs/semantics.md, rule 35.
lazyGlobal('ErrorEvent', 'web_events', false);
if (web) lazyGlobal('PromiseRejectionEvent', 'web_events', false);
const inWorker = native.start.worker !== undefined;
if (inWorker) require('worker_scope').connect();

// What programs may require, and where it is: the id's own file, or a part of another.
const publicModules = web ? { __proto__: null } : {
  __proto__: null,
  assert: null, 'assert/strict': () => require('assert').strict, async_hooks: null, console: () => globalThis.console, crypto: null, events: null, fs: null,
  'fs/promises': () => require('fs').promises, module: null, path: null, 'path/posix': () => require('path').posix,
  'path/win32': () => require('path').win32, perf_hooks: null, process: null, sys: () => require('util'), test: () => require('test_runner'),
  'stream/web': () => require('stream_web'),
  timers: null, 'timers/promises': null, url: null, util: null, 'util/types': () => require('util_types'),
  worker_threads: null,
};

if (native.sandbox !== undefined) {
  const known = { ...publicModules };
  const all = ArrayPrototypeIncludes(native.sandbox.builtinModules, '*');
  native.sandbox.knownBuiltin = (request) => {
    const id = StringPrototypeStartsWith(request, 'node:') ? StringPrototypeSlice(request, 5) : request;
    return ObjectHasOwn(known, id);
  };
  for (const id in publicModules) {
    const right = { __proto__: null, fs: 'files', 'fs/promises': 'files', module: 'modules', process: 'system', worker_threads: 'workers' }[id];
    if (!(all || ArrayPrototypeIncludes(native.sandbox.builtinModules, id)) || (right !== undefined && !native.sandbox[right])) delete publicModules[id];
  }
}
native.publicModules = publicModules;

// Calls `f`; what it throws takes the path of every uncaught error, on this side of the border.
function guarded(f) {
  return (...args) => {
    try {
      return ReflectApply(f, undefined, args); // a spread would ask Array.prototype for its iterator
    } catch (error) {
      uncaught(error, false);
    }
  };
}

if (native.sandbox !== undefined) require('sandbox').apply();

module.exports = {
  abandon() {
    native.dropLoading();
    queues.abandon();
    timerInternals.abandon();
    native.resumeMessageTasks?.();
    if (context.frame !== null) enter(null);
  },
  anotherRound: queues.anotherRound,
  deliverMessage: guarded((link) => require('message_link').deliver(link)),
  describeTimers: timerInternals.describeLists,
  beforeExit: guarded(beforeExit),
  coverMicrotasks: queues.coverMicrotasks,
  coverTicks: queues.coverTicks,
  drain: queues.drain,
  exit() {
    guarded(() => exit(native.unsettledMain))();
    return currentExitCode();
  },
  currentExitCode,
  runImmediates: timerInternals.runImmediates,
  runTicks: queues.runTicks,
  runTimers: timerInternals.runTimers,
  tellTimersEnded: timerInternals.tellEnded,
  trackRejection: rejections.track,
  uncaught,
  importModule: (specifier) => require('esm').importForHost(specifier, require('scripts').scriptUrl('[import]'), setImmediate),
  prepareScript: (source, name) => require('scripts').prepare(source, name),
  runMain: guarded((path) => {
    native.mainFile = path;
    if (inWorker) require('worker_scope').runMain(path);
    else if (web) require('scripts').runMainInWeb(path);
    else if (StringPrototypeEndsWith(path, '.mjs')) require('scripts').runMainModule(path);
    else require('loader').getLoader().requireMain(path);
  }),
  runCode: guarded((source, name) => require(inWorker ? 'worker_scope' : 'scripts').runCode(source, name, defineGlobal)),
  describeError: (error) => require('fatal').summary(error), // texts: see there
  border: () => require('border'),
  carryContext: (frame, carried) => new Frame(frame === null ? bareArray() : frame.entries, carried),
  currentFrame: () => context.frame,
  swapFrame(frame) {
    const before = context.frame;
    enter(frame);
    return before;
  },
  workerEnded: guarded((number) => require('worker_handle').ended(number)),
  setGlobal: (name, value) => defineGlobal(name, value, true),
};
