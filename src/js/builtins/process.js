// The `process` object: events, exit, warnings, what the program was started with; and the path an uncaught error takes
// (docs/semantics.md, rules 24-27). The host process never ends here: `native.exit` stops JavaScript and run() returns the code.
'use strict';

const {
  ArrayIsArray, BigInt, Boolean, Error, Number, NumberIsNaN, ObjectCreate, ObjectDefineProperty, ObjectFreeze, ReflectApply, SymbolToStringTag,
  Uint8Array, bareArray,
} = primordials;
const EventEmitter = require('events');
const {
  ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET, validateFunction, validateInteger,
} = require('errors');
const { nextTick } = require('task_queues');

const { start } = native; // what the host started us with
const prototype = ObjectCreate(EventEmitter.prototype, {
  constructor: { __proto__: null, value: function process() {}, writable: true, configurable: true },
});
prototype.constructor.prototype = prototype;
const process = ObjectCreate(prototype);
EventEmitter.call(process);
native.process = process;

const { emit } = EventEmitter.prototype;
const raise = (...args) => ReflectApply(emit, process, args); // neither process.emit nor Function.prototype.call may be in the way
let exitCode;

// undefined, null, an integer or its text; everything else is an error where it is set, not where it is used.
function readExitCode(code) {
  if (code === undefined || code === null) return undefined;
  const number = typeof code === 'string' && code !== '' ? Number(code) : code;
  validateInteger(NumberIsNaN(number) && typeof code === 'string' ? code : number, 'code');
  return number;
}

function define(name, value, enumerable = true) {
  ObjectDefineProperty(process, name, { __proto__: null, value, writable: true, enumerable, configurable: true });
}

function output(fd) {
  const stream = new EventEmitter();
  const write = (chunk, encoding, callback) => {
    const length = native.uint8Length(chunk);
    if (typeof chunk !== 'string' && length === -1) throw new ERR_INVALID_ARG_TYPE('chunk', ['string', 'Uint8Array'], chunk);
    // Of bytes a copy: a buffer that C++ has looked into can no longer be transferred.
    if (length !== 0) native.write(fd, typeof chunk === 'string' ? chunk : new Uint8Array(chunk), true);
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') nextTick(done);
    return true;
  };
  stream.fd = fd;
  stream.writable = true;
  stream.write = write;
  stream.end = (chunk, encoding, callback) => {
    if (chunk !== undefined && typeof chunk !== 'function') write(chunk, encoding, callback);
    return stream;
  };
  if (native.isTTY(fd)) {
    stream.isTTY = true;
    ObjectDefineProperty(stream, 'columns', { __proto__: null, enumerable: true, configurable: true, get: () => native.columns(fd) });
  }
  native.outputs ??= { __proto__: null }; // for the console: programs replace `write`
  native.outputs[fd] = { __proto__: null, stream, write };
  return stream;
}

function lazy(name, make) {
  ObjectDefineProperty(process, name, {
    __proto__: null, enumerable: true, configurable: true,
    get() {
      const value = make();
      define(name, value);
      return value;
    },
    set(value) {
      define(name, value);
    },
  });
}

// Plain stores: nothing of a program has run yet, so nobody has put a setter in the way.
process.title = 'millrace';
process.version = `v${start.nodeVersion}`;
process.versions = ObjectFreeze({ __proto__: null, node: start.nodeVersion, millrace: start.version, [start.engineName]: start.engineVersion });
process.release = ObjectFreeze({ __proto__: null, name: 'node' }); // as packages test it, like the version
process.platform = native.platform;
process.arch = start.arch;
process.pid = start.pid;
process.argv = start.argv;
process.argv0 = start.argv[0];
process.execArgv = start.execArgv;
process.execPath = start.execPath;
process.features = ObjectFreeze({ __proto__: null });
// How this program was built: none of what Node lists there applies.
process.config = ObjectFreeze({ target_defaults: ObjectFreeze({}), variables: ObjectFreeze({}) });
lazy('env', () => require('process_env'));
lazy('stdout', () => output(1));
lazy('stderr', () => output(2));
ObjectDefineProperty(process, SymbolToStringTag, { __proto__: null, value: 'process', configurable: true });

process.nextTick = nextTick;
process.cwd = () => native.cwd();
process.uptime = () => native.now() / 1000;
process.loopFigures = () => native.loopFigures();
process.hrtime = (previous) => {
  const nanoseconds = native.hrtime(); // [seconds, nanoseconds]
  if (previous === undefined) return nanoseconds;
  if (!ArrayIsArray(previous)) throw new ERR_INVALID_ARG_TYPE('time', 'Array', previous);
  if (previous.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, previous.length);
  let seconds = nanoseconds[0] - previous[0];
  let rest = nanoseconds[1] - previous[1];
  if (rest < 0) {
    seconds--;
    rest += 1e9;
  }
  return [seconds, rest];
};
process.hrtime.bigint = () => {
  const [seconds, rest] = native.hrtime();
  return BigInt(seconds) * 1000000000n + BigInt(rest);
};

// What asks the operating system is loaded with its first call.
for (const name of [
  'kill', '_kill', 'umask', 'chdir', 'getuid', 'geteuid', 'getgid', 'getegid', 'getgroups', 'setuid', 'seteuid', 'setgid', 'setegid', 'cpuUsage',
  'threadCpuUsage', 'resourceUsage', 'memoryUsage', 'availableMemory', 'constrainedMemory', 'ref', 'unref',
]) process[name] = { [name]: (...args) => ReflectApply(require('process_system')[name], undefined, args) }[name];
process.memoryUsage.rss = () => native.memoryFigures()[0];
ObjectDefineProperty(process, 'ppid', { __proto__: null, enumerable: true, configurable: true, get: () => (native.sandbox !== undefined && !native.sandbox.system ? undefined : native.ids()[4]) });
process.getActiveResourcesInfo = () => native.timerInternals.activeResources();

ObjectDefineProperty(process, 'exitCode', {
  __proto__: null, enumerable: true, configurable: false,
  get: () => exitCode,
  set(code) {
    exitCode = readExitCode(code);
  },
});
let exiting = false; // not kept in the object: a program may freeze that
ObjectDefineProperty(process, '_exiting', {
  __proto__: null, enumerable: false, configurable: false,
  get: () => exiting,
  set(value) {
    exiting = Boolean(value);
  },
});

// Stops this program. Exit listeners run first, synchronously; nothing they schedule runs.
process.exit = (code) => {
  if (code !== undefined) exitCode = readExitCode(code);
  if (!exiting) {
    exiting = true;
    raise('exit', exitCode ?? 0);
  }
  leave(exitCode ?? 0);
};
process.reallyExit = (code) => leave(Number(code ?? 0));
process.abort = () => leave(134);

// The engine is told to stop, which takes effect at its next look; until then nothing more of the program may run.
function leave(code) {
  native.exit(code);
  for (;;);
}

// Warnings: an event, and by default a line on standard error.
process.emitWarning = function emitWarning(...args) {
  require('process_warnings').emit(args, emitWarning, raise);
};
EventEmitter.prototype.on.call(process, 'warning', (warning) => {
  if (start.warnings) require('process_warnings').print(warning);
});

function reportFatal(error, origin) {
  if (start.worker !== undefined && require('worker_scope').tellError(error)) return;
  let text;
  try {
    text = require('fatal').describe(error);
  } catch {
    text = 'Uncaught: an error that cannot be shown\n';
  }
  try {
    native.uncaught(text, origin);
  } catch {
    // The host's handler threw: the program ends all the same.
  }
}

// A callback that takes every uncaught error before any event; then those that only look, newest first, until one says true.
let capture = null;
const watchers = bareArray();
process.setUncaughtExceptionCaptureCallback = (fn) => {
  if (fn !== null) {
    if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn);
    if (capture !== null) throw new ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  }
  capture = fn;
};
process.hasUncaughtExceptionCaptureCallback = () => capture !== null;
process.addUncaughtExceptionCaptureCallback = (fn) => {
  validateFunction(fn, 'fn');
  watchers[watchers.length] = fn;
};

function captured(error) {
  if (capture !== null) {
    ReflectApply(capture, undefined, [error]);
    return true;
  }
  for (let i = watchers.length - 1; i >= 0; i--) if (ReflectApply(watchers[i], undefined, [error]) === true) return true;
  return false;
}

// An error nobody caught. Returns when a listener took care of it; otherwise reports it and leaves.
function uncaught(error, fromPromise) {
  const origin = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  try {
    const taken = captured(error);
    if (!taken) raise('uncaughtExceptionMonitor', error, origin);
    if (taken || raise('uncaughtException', error, origin)) {
      // The throw may have left ticks behind (rule 19); the checkpoint after an immediate finds them.
      native.timerInternals.addImmediate(() => {}); // not require('timers'), which programs replace
      return;
    }
  } catch (thrown) {
    // The last resort failed itself: nothing of the program is trusted any more, exit listeners included.
    reportFatal(thrown, origin);
    exiting = true;
    leave(7);
  }
  reportFatal(error, origin);
  try {
    if (!exiting) {
      exiting = true;
      exitCode = 1;
      raise('exit', 1);
    }
  } catch {
    // An exit listener that throws while we leave because of another error changes nothing.
  }
  leave(exitCode ?? 1);
}

const kUnsettled = 13; // the exit code of a main module that waits for ever

module.exports = process;
native.processInternals = {
  uncaught,
  beforeExit() {
    raise('beforeExit', exitCode ?? 0);
  },
  // The natural end: the code run() returns.
  // `unsettled` says where the main module still waits, for something that nobody is left to bring.
  exit(unsettled) {
    if (exiting) return exitCode ?? 0;
    exiting = true;
    const place = unsettled === undefined ? null : unsettled();
    if (place !== null) exitCode ??= kUnsettled;
    raise('exit', exitCode ?? 0);
    if (place !== null && exitCode === kUnsettled) {
      native.write(2, `Warning: Detected unsettled top-level await at ${require('fatal').excerptOf(place)}\n`);
    }
    return exitCode ?? 0;
  },
  currentExitCode: () => exitCode ?? 0,
  // In the profile web an error that was reported does not end the program, but shows in its exit code.
  fail() {
    exitCode ??= 1;
  },
};
