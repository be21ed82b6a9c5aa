// Error constructors with Node's codes and message texts, AbortError, and the argument validators. `new ERR_X(...)`
// yields a plain TypeError/RangeError/Error whose `code` is own and whose stack header carries the code. inspect is
// loaded only when a message needs it: inspect itself (and nearly everything else) requires this file.
const {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, Error,
  JSONStringify, MathAbs, NumberIsInteger, NumberIsNaN, NumberPrototypeToString, ObjectDefineProperty, ObjectIs,
  RangeError, ReflectApply, RegExpPrototypeExec, String, StringPrototypeEndsWith, StringPrototypeIncludes,
  StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, TypeError, bareArray,
} = primordials;

const { codedStack } = require('inspect_stack');
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
    hidden(error, 'stack', codedStack(error, code));
    return error;
  }
  hidden(NodeError, 'name', code);
  return NodeError;
}

// ---- message parts ------------------------------------------------------------------------------------------------

// 'a', 'a or b', 'a, b, or c'
function list(items, word = 'or') {
  const n = items.length;
  if (n < 2) return n === 1 ? items[0] : '';
  if (n === 2) return `${items[0]} ${word} ${items[1]}`;
  return `${ArrayPrototypeJoin(ArrayPrototypeSlice(items, 0, n - 1), ', ')}, ${word} ${items[n - 1]}`;
}

// How Node names a received value: `undefined`, `function f`, `an instance of Map`, `type number (5)`.
function describeReceived(value) {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined': return 'undefined';
    case 'number': return `type number (${ObjectIs(value, -0) ? '-0' : NumberPrototypeToString(value)})`;
    case 'boolean': return `type boolean (${value})`;
    case 'bigint': return `type bigint (${value}n)`;
    case 'symbol': return `type symbol (${String(value)})`;
    case 'string': {
      const text = value.length > 28 ? `${StringPrototypeSlice(value, 0, 25)}...` : value;
      return StringPrototypeIncludes(text, "'") ? `type string (${JSONStringify(text)})` : `type string ('${text}')`;
    }
    case 'function': {
      let name = '';
      try { name = value.name; } catch { /* a hostile getter or proxy: go without */ }
      return `function ${typeof name === 'string' ? name : ''}`;
    }
    default: {
      try {
        const name = value.constructor?.name;
        if (typeof name === 'string' && name !== '') return `an instance of ${name}`;
      } catch { /* as above; inspect never throws */ }
      return lazyInspect(value, { depth: -1 });
    }
  }
}

const subject = (name) => StringPrototypeEndsWith(name, ' argument') ? `The ${name}` :
  `The "${name}" ${StringPrototypeIncludes(name, '.') ? 'property' : 'argument'}`;

const primitiveKinds = ['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol'];
const classLike = /^([A-Z][a-z0-9]*)+$/;

function argTypeMessage(name, expected, value) {
  if (!ArrayIsArray(expected)) expected = [expected];
  const types = bareArray(), instances = bareArray(), other = bareArray();
  for (let i = 0; i < expected.length; i++) {
    const kind = expected[i];
    if (ArrayPrototypeIncludes(primitiveKinds, kind)) ArrayPrototypePush(types, StringPrototypeToLowerCase(kind));
    else ArrayPrototypePush(RegExpPrototypeExec(classLike, kind) !== null ? instances : other, kind);
  }
  // Among several classes a plain object is "an instance of Object".
  if (instances.length > 0 && ArrayPrototypeIncludes(types, 'object')) {
    const rest = bareArray();
    for (let i = 0; i < types.length; i++) if (types[i] !== 'object') ArrayPrototypePush(rest, types[i]);
    types.length = 0;
    for (let i = 0; i < rest.length; i++) ArrayPrototypePush(types, rest[i]);
    ArrayPrototypePush(instances, 'Object');
  }
  const parts = bareArray();
  if (types.length > 0) ArrayPrototypePush(parts, `${types.length > 1 ? 'one of type' : 'of type'} ${list(types)}`);
  if (instances.length > 0) ArrayPrototypePush(parts, `an instance of ${list(instances)}`);
  if (other.length > 1) ArrayPrototypePush(parts, `one of ${list(other)}`);
  else if (other.length === 1) {
    ArrayPrototypePush(parts, StringPrototypeToLowerCase(other[0]) !== other[0] ? `an ${other[0]}` : other[0]);
  }
  return `${subject(name)} must be ${ArrayPrototypeJoin(parts, ' or ')}. Received ${describeReceived(value)}`;
}

function groupDigits(text) {
  let grouped = '';
  const first = StringPrototypeStartsWith(text, '-') ? 1 : 0;
  let i = text.length;
  for (; i >= first + 4; i -= 3) grouped = `_${StringPrototypeSlice(text, i - 3, i)}${grouped}`;
  return `${StringPrototypeSlice(text, 0, i)}${grouped}`;
}

function rangeMessage(name, range, value) {
  let received;
  if (NumberIsInteger(value) && MathAbs(value) > 2 ** 32) received = groupDigits(String(value));
  else if (typeof value === 'bigint') {
    received = String(value);
    if (value > 2n ** 32n || value < -(2n ** 32n)) received = groupDigits(received);
    received += 'n';
  } else received = lazyInspect(value);
  return `The value of "${name}" is out of range. It must be ${range}. Received ${received}`;
}

function argValueMessage(name, value, reason = 'is invalid') {
  let text = lazyInspect(value);
  if (text.length > 128) text = `${StringPrototypeSlice(text, 0, 128)}...`;
  return `The ${StringPrototypeIncludes(name, '.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${text}`;
}

function missingArgsMessage(...names) {
  const quoted = bareArray();
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (!ArrayIsArray(name)) { ArrayPrototypePush(quoted, `"${name}"`); continue; }
    const either = bareArray();                      // an array names alternatives
    for (let j = 0; j < name.length; j++) ArrayPrototypePush(either, `"${name[j]}"`);
    ArrayPrototypePush(quoted, ArrayPrototypeJoin(either, ' or '));
  }
  return `The ${list(quoted, 'and')} argument${quoted.length > 1 ? 's' : ''} must be specified`;
}

// ---- the errors ---------------------------------------------------------------------------------------------------

const ERR_INVALID_ARG_TYPE = coded(TypeError, 'ERR_INVALID_ARG_TYPE', argTypeMessage);
const ERR_INVALID_ARG_VALUE = coded(TypeError, 'ERR_INVALID_ARG_VALUE', argValueMessage);
const ERR_OUT_OF_RANGE = coded(RangeError, 'ERR_OUT_OF_RANGE', rangeMessage);
const ERR_INVALID_RETURN_VALUE = coded(TypeError, 'ERR_INVALID_RETURN_VALUE', (expected, name, value) =>
  `Expected ${expected} to be returned from the "${name}" function but got ${describeReceived(value)}.`);
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
const ERR_MISSING_ARGS = coded(TypeError, 'ERR_MISSING_ARGS', missingArgsMessage);
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
  ERR_UNKNOWN_SIGNAL, ConversionError, ERR_EVENT_RECURSION, ERR_ILLEGAL_CONSTRUCTOR, AbortError, coded, describeReceived, moduleNotFound,
  validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateNumber, validateObject,
  validateOneOf, validateString,
};
