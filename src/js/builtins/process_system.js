// What `process` asks of the operating system: signals, ids, the working directory, resources. Loaded when a program first calls one of these.
'use strict';

const {
  ArrayIsArray, Error, NumberIsFinite, ObjectDefineProperty, RangeError, ReflectApply, RegExpPrototypeExec, SymbolFor, TypeError, parseInt,
} = primordials;
const {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_CREDENTIAL, ERR_UNKNOWN_SIGNAL, coded, validateInteger, validateNumber, validateString,
} = require('errors');

// As Node names a refused system call: `kill ESRCH`, or with the system's own words and the paths.
function refused(errno, syscall, path, dest) {
  const { 0: code, 1: text } = native.errnoText(errno);
  const error = new Error(path === undefined ? `${syscall} ${code}` :
    `${code}: ${text}, ${syscall} ${path}${dest === undefined ? '' : ` -> '${dest}'`}`);
  error.errno = -errno;
  error.code = code;
  error.syscall = syscall;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

// ---- signals --------------------------------------------------------------------------------------------------------

function kill(pid, signal) {
  // A number or its text; anything that 32-bit arithmetic changes is no process id.
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid);
  let number = signal;
  if (signal !== (signal | 0)) {
    const name = signal || 'SIGTERM';
    number = typeof name === 'string' ? native.signalNumber(name) : 0;
    if (number === 0) throw new ERR_UNKNOWN_SIGNAL(name);
  }
  const errno = native.process._kill(pid, number);
  if (errno) throw refused(errno, 'kill');
  return true;
}

const _kill = (pid, number) => native.sendSignal(+pid, number);

// What belongs to the process, and so to all of its threads, only the first one may change.
const ERR_WORKER_UNSUPPORTED_OPERATION = coded(TypeError, 'ERR_WORKER_UNSUPPORTED_OPERATION', (name) => `process.${name}() is not supported in workers`);

function requireMainThread(name) {
  if (native.start.worker !== undefined) throw new ERR_WORKER_UNSUPPORTED_OPERATION(name);
}

// ---- files ----------------------------------------------------------------------------------------------------------

const octal = /^[0-7]+$/;

function umask(mask) {
  if (mask === undefined) return native.umask();
  requireMainThread('umask');
  let number = mask;
  if (typeof mask === 'string') {
    if (RegExpPrototypeExec(octal, mask) === null) {
      throw new ERR_INVALID_ARG_VALUE('mask', mask, 'must be a 32-bit unsigned integer or an octal string');
    }
    number = parseInt(mask, 8);
  }
  validateInteger(number, 'mask', 0, 2 ** 32 - 1);
  return native.umask(number & 0o777);
}

function chdir(directory) {
  requireMainThread('chdir');
  validateString(directory, 'directory');
  const from = native.cwd();
  const errno = native.chdir(directory);
  if (errno !== 0) throw refused(errno, 'chdir', from, directory);
}

// ---- ids ------------------------------------------------------------------------------------------------------------

// Their places in native.ids() and native.setId().
const kIds = { __proto__: null, uid: 0, euid: 1, gid: 2, egid: 3 };

function setId(which, id) {
  requireMainThread(`set${which}`);
  if (typeof id === 'number') validateInteger(id, 'id', 0, 2 ** 32 - 1);
  else if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE('id', ['number', 'string'], id);
  const isUser = kIds[which] < 2;
  let number = id;
  if (typeof id === 'string') {
    number = isUser ? native.findUser(id) : native.findGroup(id);
    if (number < 0) throw new ERR_UNKNOWN_CREDENTIAL(isUser ? 'User' : 'Group', id);
  }
  const errno = native.setId(kIds[which], number);
  if (errno !== 0) {
    const error = refused(errno, `set${which}`);
    error.message = `${error.code}, ${native.errnoText(errno)[1]}`;
    throw error;
  }
}

// ---- resources ------------------------------------------------------------------------------------------------------

const BadUsage = coded(RangeError, 'ERR_INVALID_ARG_VALUE', (name, value) => `The property '${name}' is invalid. Received ${value}`);

function checkUsage(value, name) {
  validateNumber(value, name);
  if (!(value >= 0 && NumberIsFinite(value))) throw new BadUsage(name, value);
}

// Microseconds of this process or thread, since `previous` when that is given.
function cpuUsageOf(scope, previous) {
  const { 0: user, 1: system } = native.resourceUsage(scope);
  if (previous === undefined || previous === null) return { user, system };
  if (typeof previous !== 'object' || ArrayIsArray(previous)) throw new ERR_INVALID_ARG_TYPE('prevValue', 'object', previous);
  checkUsage(previous.user, 'prevValue.user');
  checkUsage(previous.system, 'prevValue.system');
  return { user: user - previous.user, system: system - previous.system };
}

const usageNames = [
  'userCPUTime', 'systemCPUTime', 'maxRSS', 'sharedMemorySize', 'unsharedDataSize', 'unsharedStackSize', 'minorPageFault', 'majorPageFault',
  'swappedOut', 'fsRead', 'fsWrite', 'ipcSent', 'ipcReceived', 'signalsCount', 'voluntaryContextSwitches', 'involuntaryContextSwitches',
];

function resourceUsage() {
  const numbers = native.resourceUsage(0);
  const usage = {};
  for (let i = 0; i < usageNames.length; i++) {
    ObjectDefineProperty(usage, usageNames[i],
      { __proto__: null, value: numbers[i], writable: true, enumerable: true, configurable: true });
  }
  return usage;
}

// `external` holds what the engine knows to be outside of its heap, array buffers and long texts together; it does not count them apart.
function memoryUsage() {
  const heap = native.heapFigures();
  return {
    rss: native.memoryFigures()[0], heapTotal: heap.heapCapacity, heapUsed: heap.heapSize, external: heap.extraMemorySize, arrayBuffers: 0,
  };
}

// ---- references -----------------------------------------------------------------------------------------------------

const kRef = SymbolFor('nodejs.ref');
const kUnref = SymbolFor('nodejs.unref');

// Whatever can be referenced says so by either name; other values are left alone.
function callOn(value, symbol, name) {
  if (value === null || value === undefined) return;
  const method = value[symbol] ?? value[name];
  if (typeof method === 'function') ReflectApply(method, value, []);
}

module.exports = {
  kill, _kill, umask, chdir, resourceUsage, memoryUsage,
  getuid: () => native.ids()[0],
  geteuid: () => native.ids()[1],
  getgid: () => native.ids()[2],
  getegid: () => native.ids()[3],
  getgroups: () => native.groups(),
  setuid: (id) => setId('uid', id),
  seteuid: (id) => setId('euid', id),
  setgid: (id) => setId('gid', id),
  setegid: (id) => setId('egid', id),
  cpuUsage: (previous) => cpuUsageOf(0, previous),
  threadCpuUsage: (previous) => cpuUsageOf(1, previous),
  availableMemory: () => native.memoryFigures()[1],
  constrainedMemory: () => native.memoryFigures()[2],
  ref: (value) => callOn(value, kRef, 'ref'),
  unref: (value) => callOn(value, kUnref, 'unref'),
};
