// The `process` object: events, exit, warnings, what the program was started with; and the path an uncaught error takes
// (docs/semantics.md, rules 24-27). The host process never ends here: `native.exit` stops JavaScript and run() returns the code.
'use strict';

const {
  ArrayIsArray, BigInt, Boolean, Error, Number, NumberIsNaN, ObjectCreate, ObjectDefineProperty, ObjectFreeze, ReflectApply, SymbolToStringTag,
  Uint8Array,
} = primordials;
const EventEmitter = require('events');
const { ERR_INVALID_ARG_TYPE, validateInteger } = require('errors');
const { nextTick } = require('task_queues');

const { start } = native; // what the host started us with
const process = ObjectCreate(ObjectCreate(EventEmitter.prototype, {
  constructor: { __proto__: null, value: function process() {}, writable: true, configurable: true },
}));
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
    if (length !== 0) native.write(fd, typeof chunk === 'string' ? chunk : new Uint8Array(chunk));
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

define('title', 'millrace');
define('version', `v${start.nodeVersion}`);
define('versions', ObjectFreeze({ __proto__: null, node: start.nodeVersion, millrace: start.version, [start.engineName]: start.engineVersion }));
define('release', ObjectFreeze({ __proto__: null, name: 'millrace' }));
define('platform', native.platform);
define('arch', start.arch);
define('pid', start.pid);
define('argv', start.argv);
define('argv0', start.argv[0]);
define('execArgv', start.execArgv);
define('execPath', start.execPath);
define('env', native.env());
define('features', ObjectFreeze({ __proto__: null }));
lazy('stdout', () => output(1));
lazy('stderr', () => output(2));
ObjectDefineProperty(process, SymbolToStringTag, { __proto__: null, value: 'process', configurable: true });

define('nextTick', nextTick);
define('cwd', () => native.cwd());
define('uptime', () => native.now() / 1000);
define('memoryUsage', () => native.memoryUsage());
define('loopFigures', () => native.loopFigures());
define('hrtime', (previous) => {
  const nanoseconds = native.hrtime(); // [seconds, nanoseconds]
  if (previous === undefined) return nanoseconds;
  if (!ArrayIsArray(previous)) throw new ERR_INVALID_ARG_TYPE('time', 'Array', previous);
  let seconds = nanoseconds[0] - previous[0];
  let rest = nanoseconds[1] - previous[1];
  if (rest < 0) {
    seconds--;
    rest += 1e9;
  }
  return [seconds, rest];
});
process.hrtime.bigint = () => {
  const [seconds, rest] = native.hrtime();
  return BigInt(seconds) * 1000000000n + BigInt(rest);
};

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
define('exit', (code) => {
  if (code !== undefined) exitCode = readExitCode(code);
  if (!exiting) {
    exiting = true;
    raise('exit', exitCode ?? 0);
  }
  leave(exitCode ?? 0);
});
define('reallyExit', (code) => leave(Number(code ?? 0)));
define('abort', () => leave(134));

// The engine is told to stop, which takes effect at its next look; until then nothing more of the program may run.
function leave(code) {
  native.exit(code);
  for (;;);
}

// Warnings: an event, and by default a line on standard error.
define('emitWarning', (warning, typeOrOptions, code) => {
  let type = typeOrOptions;
  let detail;
  if (typeof typeOrOptions === 'object' && typeOrOptions !== null) {
    ({ type, code, detail } = typeOrOptions);
  }
  if (typeof warning === 'string') {
    const name = typeof type === 'string' ? type : 'Warning';
    warning = new Error(warning);
    warning.name = name;
    if (typeof code === 'string') warning.code = code;
    if (typeof detail === 'string') warning.detail = detail;
  } else if (!(warning instanceof Error)) {
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      nextTick(() => {
        throw warning;
      });
      return;
    }
  }
  nextTick(() => raise('warning', warning));
});

function printWarning(warning) {
  if (!start.warnings) return;
  const code = warning.code ? `[${warning.code}] ` : '';
  const detail = typeof warning.detail === 'string' ? `\n${warning.detail}` : '';
  native.write(2, `(millrace:${start.pid}) ${code}${warning.name}: ${warning.message}${detail}\n`);
}
EventEmitter.prototype.on.call(process, 'warning', printWarning);

function reportFatal(error, origin) {
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

// An error nobody caught. Returns when a listener took care of it; otherwise reports it and leaves.
function uncaught(error, fromPromise) {
  const origin = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  try {
    raise('uncaughtExceptionMonitor', error, origin);
    if (raise('uncaughtException', error, origin)) {
      // The throw may have left ticks behind (rule 19); the checkpoint after an immediate finds them.
      native.timerInternals.setImmediate(() => {}); // not require('timers'), which programs replace
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
};
