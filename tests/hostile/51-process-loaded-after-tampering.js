// What process and node:assert load with their first use works although the program has replaced what it can reach.
const assert = require('assert');
const { log } = console;
const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys } = Reflect;
log('start');
const broken = () => { throw new Error('a replaced method was called'); };
const holders = [Array, String, Function, Map, Set, WeakMap, RegExp];
for (let i = 0; i < holders.length; i++) {
  const { prototype } = holders[i];
  const keys = ownKeys(prototype);
  for (let k = 0; k < keys.length; k++) {
    const { value, configurable } = getOwnPropertyDescriptor(prototype, keys[k]);
    if (typeof value === 'function' && configurable && keys[k] !== 'constructor') defineProperty(prototype, keys[k], { value: broken });
  }
}
process.env.MILLRACE_HOSTILE = 5;
log(process.env.MILLRACE_HOSTILE, typeof process.memoryUsage().heapUsed, typeof process.cpuUsage().user, process.umask() >= 0);
process.on('warning', (warning) => log(warning.name, warning.message));
process.emitWarning('text', 'Kind');
try {
  process.kill('none');
} catch (error) {
  log(error.code);
}
try {
  assert.partialDeepStrictEqual({ a: [1, new Set()] }, { a: [new Set(), 1] });
} catch (error) {
  log(error.code);
}
process.setUncaughtExceptionCaptureCallback((error) => log('captured', error));
setImmediate(() => { throw 'thrown'; });
