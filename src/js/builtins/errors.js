// Error constructors with Node's codes and message texts, AbortError, and the argument validators. `new ERR_X(...)`
// yields a plain TypeError/RangeError/Error whose `code` is own and whose stack header carries the code. inspect is
// loaded only when a message needs it: inspect itself (and nearly everything else) requires this file.
const {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, Error, NumberIsInteger, NumberIsNaN,
  ObjectDefineProperty, RangeError, ReflectApply, String, TypeError,
} = primordials;

// Start-up makes no error; whoever makes the first one pays for the words.
const lazyStack = () => require('inspect_stack');
const lazyMessages = () => require('error_messages');
const lazyInspect = (value, options) => require('inspect').inspect(value, options);

function hidden(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

// `message` may be a function of the constructor's arguments; it may also decorate the error, given as `this`.
function coded(Base, code, message) {
  function NodeError(...args) {
    const error = new Base();
    hidden(error, 'message', typeof message === 'function' ? ReflectApply(message, error, args) : message);
    hidden(error, 'toString', function toString() { return `${this.name} [${code}]: ${this.message}`; });
    error.code = code;
    hidden(error, 'stack', lazyStack().codedStack(error, code));
    return error;
  }
  hidden(NodeError, 'name', code);
  return NodeError;
}

// ---- the errors ---------------------------------------------------------------------------------------------------

const ERR_INVALID_ARG_TYPE = coded(TypeError, 'ERR_INVALID_ARG_TYPE', (name, expected, value) =>
  lazyMessages().argType(name, expected, value));
const ERR_INVALID_ARG_VALUE = coded(TypeError, 'ERR_INVALID_ARG_VALUE', (name, value, reason) =>
  lazyMessages().argValue(name, value, reason));
const ERR_OUT_OF_RANGE = coded(RangeError, 'ERR_OUT_OF_RANGE', (name, range, value) => lazyMessages().range(name, range, value));
const ERR_INVALID_RETURN_VALUE = coded(TypeError, 'ERR_INVALID_RETURN_VALUE', (expected, name, value) =>
  `Expected ${expected} to be returned from the "${name}" function but got ${lazyMessages().describeReceived(value)}.`);
const ERR_INVALID_THIS = coded(TypeError, 'ERR_INVALID_THIS', (type) => `Value of "this" must be of type ${type}`);
// A value that WebIDL cannot convert; the text says which and to what.
const ConversionError = coded(TypeError, 'ERR_INVALID_ARG_TYPE', (text) => text);
const ERR_ILLEGAL_CONSTRUCTOR = coded(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
const ERR_EVENT_RECURSION = coded(Error, 'ERR_EVENT_RECURSION', (type) => `The event "${type}" is already being dispatched`);
const ERR_UNHANDLED_REJECTION = coded(Error, 'ERR_UNHANDLED_REJECTION', (reason) =>
  'This error originated either by throwing inside of an async function without a catch block, or by rejecting a ' +
  `promise which was not handled with .catch(). The promise rejected with the reason "${
    typeof reason === 'string' ? reason : lazyInspect(reason)}".`);
const ERR_UNHANDLED_ERROR = coded(Error, 'ERR_UNHANDLED_ERROR', (detail) =>
  detail === undefined ? 'Unhandled error.' : `Unhandled error. (${detail})`);
const ERR_AMBIGUOUS_ARGUMENT = coded(TypeError, 'ERR_AMBIGUOUS_ARGUMENT', (name, why) =>
  `The "${name}" argument is ambiguous. ${why}`);
const ERR_MISSING_ARGS = coded(TypeError, 'ERR_MISSING_ARGS', (...names) => lazyMessages().missingArgs(names));
const ERR_FALSY_VALUE_REJECTION = coded(Error, 'ERR_FALSY_VALUE_REJECTION', function(reason) {
  this.reason = reason;
  return 'Promise was rejected with falsy value';
});
const ERR_UNKNOWN_BUILTIN_MODULE = coded(Error, 'ERR_UNKNOWN_BUILTIN_MODULE', (id) => `No such built-in module: ${id}`);
const ERR_REQUIRE_ESM = coded(Error, 'ERR_REQUIRE_ESM', (file) =>
  `require() of ES Module ${file} not supported. Use a dynamic import() instead.`);
const ERR_METHOD_NOT_IMPLEMENTED = coded(Error, 'ERR_METHOD_NOT_IMPLEMENTED', (name) =>
  `The ${name} method is not implemented`);
const ERR_UNKNOWN_SIGNAL = coded(TypeError, 'ERR_UNKNOWN_SIGNAL', (signal) => `Unknown signal: ${String(signal)}`);
const ERR_UNKNOWN_CREDENTIAL = coded(Error, 'ERR_UNKNOWN_CREDENTIAL', (kind, name) => `${kind} identifier does not exist: ${name}`);
const ERR_INVALID_OBJECT_DEFINE_PROPERTY = coded(TypeError, 'ERR_INVALID_OBJECT_DEFINE_PROPERTY', (text) => text);
const ERR_CONSTRUCT_CALL_REQUIRED = coded(TypeError, 'ERR_CONSTRUCT_CALL_REQUIRED', (name) =>
  `Class constructor ${name} cannot be invoked without \`new\``);
const ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET = coded(Error, 'ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET',
  '`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active');
// Ours: a feature of Node's that is not available here; `instead` says what to use.
const ERR_UNSUPPORTED = coded(Error, 'ERR_UNSUPPORTED', (feature, instead) =>
  `${feature} is not available yet${instead ? `; use ${instead}` : ''}`);

// What `require` throws: here the header carries no code, as in Node's loader.
function moduleNotFound(request, requireStack = []) {
  let message = `Cannot find module '${request}'`;
  if (requireStack.length > 0) message += `\nRequire stack:\n- ${ArrayPrototypeJoin(requireStack, '\n- ')}`;
  const error = new Error(message);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = requireStack;
  return error;
}

class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

// ---- validators ---------------------------------------------------------------------------------------------------

function validateFunction(value, name) {
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Function', value);
}

function validateString(value, name) {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value);
}

function validateBoolean(value, name) {
  if (typeof value !== 'boolean') throw new ERR_INVALID_ARG_TYPE(name, 'boolean', value);
}

/// options: allowArray, allowFunction, nullable
function validateObject(value, name, options = undefined) {
  const type = typeof value;
  const ok = value === null ? options?.nullable :
    ArrayIsArray(value) ? options?.allowArray : type === 'object' || (type === 'function' && options?.allowFunction);
  if (!ok) throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
}

function bounds(min, max) {
  if (min === undefined) return `<= ${max}`;
  return max === undefined ? `>= ${min}` : `>= ${min} && <= ${max}`;
}

function validateNumber(value, name, min = undefined, max = undefined) {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if ((min != null && value < min) || (max != null && value > max) ||
      ((min != null || max != null) && NumberIsNaN(value))) {
    throw new ERR_OUT_OF_RANGE(name, bounds(min ?? undefined, max ?? undefined), value);
  }
}

function validateInteger(value, name, min = -(2 ** 53 - 1), max = 2 ** 53 - 1) {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (!NumberIsInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
  if (value < min || value > max) throw new ERR_OUT_OF_RANGE(name, bounds(min, max), value);
}

function validateOneOf(value, name, allowed) {
  if (ArrayPrototypeIncludes(allowed, value)) return;
  const texts = [];
  for (let i = 0; i < allowed.length; i++) {
    ArrayPrototypePush(texts, typeof allowed[i] === 'string' ? `'${allowed[i]}'` : String(allowed[i]));
  }
  throw new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${ArrayPrototypeJoin(texts, ', ')}`);
}

// Duck-typed as in Node, so that an AbortSignal from elsewhere is accepted.
function validateAbortSignal(signal, name) {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal);
  }
}

module.exports = {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_INVALID_RETURN_VALUE, ERR_INVALID_THIS,
  ERR_UNHANDLED_REJECTION, ERR_UNHANDLED_ERROR, ERR_AMBIGUOUS_ARGUMENT, ERR_MISSING_ARGS, ERR_FALSY_VALUE_REJECTION,
  ERR_UNKNOWN_BUILTIN_MODULE, ERR_REQUIRE_ESM, ERR_METHOD_NOT_IMPLEMENTED, ERR_UNSUPPORTED,
  ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_OBJECT_DEFINE_PROPERTY, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET, ERR_UNKNOWN_CREDENTIAL,
  ERR_UNKNOWN_SIGNAL, ConversionError, ERR_EVENT_RECURSION, ERR_ILLEGAL_CONSTRUCTOR, AbortError, coded, moduleNotFound,
  validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject,
  validateOneOf, validateString,
};
