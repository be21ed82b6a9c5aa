// process.emitWarning() and what prints a warning. Loaded when the first one is emitted.
'use strict';

const { ArrayIsArray, Error, ErrorCaptureStackTrace, ObjectDefineProperty, String } = primordials;
const { ERR_INVALID_ARG_TYPE, validateString } = require('errors');
const { formatFrames, formatStack, header } = require('inspect_stack');
const { nextTick } = require('task_queues');

// Three ways to say the same: (warning, type, code, ctor), each of the last three left out, or (warning, { type, code, detail, ctor }).
function readDetails(type, code, ctor) {
  let detail;
  if (typeof type === 'object' && type !== null && !ArrayIsArray(type)) {
    ({ type = 'Warning', code, detail, ctor } = type);
    if (!type) type = 'Warning';
  } else if (typeof type === 'function') {
    ctor = type;
    type = code = undefined;
  }
  if (typeof code === 'function') {
    ctor = code;
    code = undefined;
  }
  if (type !== undefined) validateString(type, 'type');
  if (code !== undefined) validateString(code, 'code');
  return { type, code, detail, ctor };
}

function makeWarning(message, { type, code, detail, ctor }, emitWarning) {
  const warning = new Error(message);
  warning.name = String(type || 'Warning');
  if (code !== undefined) warning.code = code;
  if (typeof detail === 'string') warning.detail = detail;
  // From where it was asked for. The engine leaves the stack of an error as it is, so another object is asked.
  const holder = { __proto__: null };
  ErrorCaptureStackTrace(holder, typeof ctor === 'function' ? ctor : emitWarning);
  const stack = `${header(warning)}${formatFrames(holder.stack) ?? ''}`;
  ObjectDefineProperty(warning, 'stack', { __proto__: null, value: stack, writable: true, configurable: true });
  return warning;
}

function emit(args, emitWarning, raise) {
  const { process } = native;
  let warning = args[0];
  if (args[1] === 'DeprecationWarning' && process.noDeprecation) return;
  const details = readDetails(args[1], args[2], args[3]);
  if (typeof warning === 'string') warning = makeWarning(warning, details, emitWarning);
  else if (!(warning instanceof Error)) throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      nextTick(() => { throw warning; });
      return;
    }
  }
  nextTick(() => raise('warning', warning));
}

// The listener that every process has. What a program emits by itself may be anything: only errors are printed.
function print(warning) {
  if (!(warning instanceof Error)) return;
  const isDeprecation = warning.name === 'DeprecationWarning';
  if (isDeprecation && native.process.noDeprecation) return;
  const traced = native.process.traceProcessWarnings || (isDeprecation && native.process.traceDeprecation);
  const code = warning.code ? `[${warning.code}] ` : '';
  let text = `(millrace:${native.start.pid}) ${code}`;
  if (traced && warning.stack) text += formatStack(warning);
  else text += typeof warning.toString === 'function' ? warning.toString() : header(warning);
  if (typeof warning.detail === 'string') text += `\n${warning.detail}`;
  require('console').sendToProcess(2, `${text}\n`);
}

module.exports = { emit, print };
