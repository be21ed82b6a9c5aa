// process: warnings, the capture callback, the environment, resources, ids and signals. Ordering of its events: tests/ordering.
'use strict';
const assert = require('node:assert');
const EventEmitter = require('node:events');
const util = require('node:util');

const type = { code: 'ERR_INVALID_ARG_TYPE', name: 'TypeError' };
const range = { code: 'ERR_OUT_OF_RANGE', name: 'RangeError' };

{ // the object
  const prototype = Object.getPrototypeOf(process);
  assert(process instanceof process.constructor);
  assert(prototype instanceof EventEmitter);
  assert.strictEqual(prototype.constructor, process.constructor);
  assert(Object.isFrozen(process.config) && Object.isFrozen(process.config.variables));
  assert.strictEqual(typeof process.ppid, 'number');
}

{ // hrtime
  for (const bad of [[], [1], [1, 2, 3]]) assert.throws(() => process.hrtime(bad), range);
  assert.throws(() => process.hrtime([]), { message: 'The value of "time" is out of range. It must be 2. Received 0' });
  const [seconds, rest] = process.hrtime(process.hrtime());
  assert(seconds === 0 && rest >= 0);
}

// ---- the environment ------------------------------------------------------------------------------------------------
{
  const { env } = process;
  assert.strictEqual(env, process.env);
  for (const [value, text] of [['text', 'text'], [1, '1'], [undefined, 'undefined'], [null, 'null'], [true, 'true']]) {
    env.MILLRACE_TEST = value;
    assert.strictEqual(env.MILLRACE_TEST, text);
    assert('MILLRACE_TEST' in env && Object.keys(env).includes('MILLRACE_TEST'));
  }
  assert.strictEqual(delete env.MILLRACE_TEST, true);
  assert.strictEqual(env.MILLRACE_TEST, undefined);
  const symbol = Symbol('s');
  assert.throws(() => { env.X = symbol; }, TypeError);
  assert.throws(() => { env[symbol] = 'x'; }, TypeError);
  assert.strictEqual(env[symbol], undefined);
  const refused = { code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY', name: 'TypeError' };
  assert.throws(() => Object.defineProperty(env, 'X', { value: 'x' }), refused);
  assert.throws(() => Object.defineProperty(env, 'X', { get: () => 'x', configurable: true, enumerable: true }), refused);
  Object.defineProperty(env, 'X', { value: 5, writable: true, enumerable: true, configurable: true });
  assert.strictEqual(env.X, '5');
  const inherits = Object.create(env);
  inherits.OWN = 7; // an object that only inherits from it keeps its own values, unchanged
  assert.strictEqual(inherits.OWN, 7);
  assert.strictEqual(env.OWN, undefined);
  assert(!util.inspect(env).includes('Proxy'));
}

// ---- resources ------------------------------------------------------------------------------------------------------
{
  const memory = process.memoryUsage();
  for (const key of ['rss', 'heapTotal', 'heapUsed', 'external']) assert(memory[key] > 0, key);
  assert(memory.heapTotal >= memory.heapUsed);
  assert(process.memoryUsage.rss() > 1e6);
  assert(process.availableMemory() > 0);
  assert.strictEqual(typeof process.constrainedMemory(), 'number');

  for (const usage of [process.cpuUsage, process.threadCpuUsage]) {
    const before = usage();
    for (const end = Date.now() + 20; Date.now() < end;);
    const since = usage(before);
    assert(since.user + since.system > 1000, 'microseconds of work were counted');
    assert.throws(() => usage(1), { ...type, message: /^The "prevValue" argument must be of type object\. Received type number/ });
    assert.throws(() => usage({ user: 'a' }), { ...type, message: /^The "prevValue\.user" property/ });
    assert.throws(() => usage({ user: 1, system: -1 }), { code: 'ERR_INVALID_ARG_VALUE', name: 'RangeError' });
  }
  const usage = process.resourceUsage();
  assert.strictEqual(Object.keys(usage).length, 16);
  assert(usage.maxRSS > 1000 && usage.userCPUTime + usage.systemCPUTime > 0);
}

{ // what keeps the loop running
  assert.deepStrictEqual(process.getActiveResourcesInfo(), []);
  const timer = setTimeout(() => {}, 1000);
  const immediate = setImmediate(() => {});
  assert.deepStrictEqual(process.getActiveResourcesInfo(), ['Timeout', 'Immediate']);
  timer.unref();
  clearImmediate(immediate);
  assert.deepStrictEqual(process.getActiveResourcesInfo(), []);
  process.ref(timer);
  assert(timer.hasRef());
  process.unref(timer);
  assert(!timer.hasRef());
  clearTimeout(timer);
  let calls = '';
  const other = { [Symbol.for('nodejs.ref')]() { calls += 'r'; }, [Symbol.for('nodejs.unref')]() { calls += 'u'; } };
  process.ref(other);
  process.unref(other);
  process.ref(null);
  assert.strictEqual(calls, 'ru');
}

// ---- the system -----------------------------------------------------------------------------------------------------
{
  for (const bad of ['SIGTERM', null, undefined, NaN, Infinity]) assert.throws(() => process.kill(bad), type);
  assert.throws(() => process.kill(process.pid, 'SIGNONE'), { code: 'ERR_UNKNOWN_SIGNAL', message: 'Unknown signal: SIGNONE' });
  assert.throws(() => process.kill(process.pid, 987), { code: 'EINVAL', syscall: 'kill', message: 'kill EINVAL' });
  assert.strictEqual(process.kill(process.pid, 0), true); // only asks
  const sent = [];
  const own = process._kill;
  process._kill = (...args) => { sent.push(args); };
  process.kill(7);
  process.kill('7', 'SIGHUP');
  process._kill = own;
  assert.deepStrictEqual(sent, [[7, 15], ['7', 1]]);

  const mask = process.umask('0177');
  assert.strictEqual(process.umask(), 0o177);
  assert.strictEqual(process.umask(0o7000 | mask), 0o177);
  assert.strictEqual(process.umask(), mask);
  for (const bad of ['8', 'x', '']) assert.throws(() => process.umask(bad), { code: 'ERR_INVALID_ARG_VALUE' });

  const here = process.cwd();
  process.chdir('/');
  assert.strictEqual(process.cwd(), '/');
  process.chdir(here);
  assert.throws(() => process.chdir('not-there'), {
    code: 'ENOENT', syscall: 'chdir', path: here, dest: 'not-there',
    message: `ENOENT: no such file or directory, chdir ${here} -> 'not-there'`,
  });

  for (const id of ['getuid', 'geteuid', 'getgid', 'getegid']) assert(Number.isInteger(process[id]()), id);
  assert(process.getgroups().includes(process.getegid()));
  assert.throws(() => process.setuid({}), { ...type, message: /^The "id" argument must be one of type number or string\./ });
  assert.throws(() => process.setegid('no such group'), {
    code: 'ERR_UNKNOWN_CREDENTIAL', message: 'Group identifier does not exist: no such group',
  });
  process.seteuid(process.geteuid());
}

// ---- warnings -------------------------------------------------------------------------------------------------------
const warnings = [];
process.on('warning', (warning) => warnings.push(warning));
for (const bad of [[], [1], [{}], ['', 1], ['', ''.length], ['', '', 1], ['', []], ['', true]])
  assert.throws(() => process.emitWarning(...bad), type);

function Maker() {
  process.emitWarning('made', 'Kind', 'CODE', Maker);
}
Maker();
process.emitWarning('plain');
process.emitWarning('options', { type: 'Kind', code: 'C1', detail: 'more' });
process.emitWarning('options', { detail: 5, ctor: Maker });
process.emitWarning('ctor', Maker);
const error = new RangeError('given');
process.emitWarning(error);
process.noDeprecation = true;
process.emitWarning('unseen', 'DeprecationWarning');
process.noDeprecation = false;

setImmediate(() => {
  const seen = warnings.map(({ name, message, code, detail }) => [name, message, code, detail]);
  assert.deepStrictEqual(seen, [
    ['Kind', 'made', 'CODE', undefined], ['Warning', 'plain', undefined, undefined], ['Kind', 'options', 'C1', 'more'],
    ['Warning', 'options', undefined, undefined], ['Warning', 'ctor', undefined, undefined], ['RangeError', 'given', undefined, undefined],
  ]);
  assert(!warnings[0].stack.includes('Maker'));
  assert.strictEqual(warnings[5], error);
  printsWhereTheProgramSays();
});

// A program that replaces process.stderr.write sees the warnings, and what is logged.
function printsWhereTheProgramSays() {
  const { write } = process.stderr;
  let text = '';
  process.stderr.write = (chunk) => { text += chunk; };
  console.error('logged');
  process.emitWarning('printed', 'Kind', 'C2');
  setImmediate(() => {
    process.stderr.write = write;
    assert.match(text, /^logged\n\(millrace:\d+\) \[C2\] Kind: printed\n$/);
    captures();
  });
}

// ---- the capture callback -------------------------------------------------------------------------------------------
function captures() {
  assert.strictEqual(process.hasUncaughtExceptionCaptureCallback(), false);
  assert.throws(() => process.setUncaughtExceptionCaptureCallback(42),
    { ...type, message: 'The "fn" argument must be of type function or null. Received type number (42)' });
  assert.throws(() => process.addUncaughtExceptionCaptureCallback(null), type);
  const log = [];
  process.on('uncaughtExceptionMonitor', (e) => log.push(`monitor ${e}`));
  process.on('uncaughtException', (e) => log.push(`event ${e}`));
  process.addUncaughtExceptionCaptureCallback((e) => { log.push(`older ${e}`); return true; });
  process.addUncaughtExceptionCaptureCallback((e) => { log.push(`newer ${e}`); return e === 2; });
  process.setUncaughtExceptionCaptureCallback((e) => log.push(`capture ${e}`));
  assert.strictEqual(process.hasUncaughtExceptionCaptureCallback(), true);
  assert.throws(() => process.setUncaughtExceptionCaptureCallback(() => {}), { code: 'ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET' });
  setImmediate(() => { throw 1; });
  setImmediate(() => process.setUncaughtExceptionCaptureCallback(null));
  setImmediate(() => { throw 2; });
  setImmediate(() => { throw 3; });
  process.on('exit', () => assert.deepStrictEqual(log, ['capture 1', 'newer 2', 'newer 3', 'older 3']));
}
