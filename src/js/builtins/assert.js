// `node:assert`: assertions that throw AssertionError. `assert` itself is `assert.ok`; `assert.strict` makes the loose
// names strict. A message may be text (with format arguments), a function that makes the text, or an Error to throw
// instead.
'use strict';

const {
  ArrayPrototypePush, Error, FunctionPrototypeCall, ObjectAssign, ObjectIs, ObjectKeys, ObjectPrototypeIsPrototypeOf,
  ReflectApply, RegExpPrototypeExec, String, WeakMap, WeakMapPrototypeGet, WeakMapPrototypeSet, restOf,
} = primordials;
const { AssertionError } = require('assert_error');
const { isDeepEqual, isDeepStrictEqual } = require('deep_equal');
const {
  ERR_AMBIGUOUS_ARGUMENT, ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS,
  validateFunction, validateOneOf,
} = require('errors');
const { format, inspect } = require('inspect');
const { isNativeError, isPromise, isRegExp } = require('util_types');

const isError = (v) => isNativeError(v) || (typeof v === 'object' && v !== null && v instanceof Error);

// ---- instances of Assert --------------------------------------------------------------------------------------------

const defaults = { __proto__: null, diff: 'simple', skipPrototype: false };
const instances = new WeakMap(); // what an instance of Assert was made with

// A method that was taken off its instance has lost its options.
function optionsOf(self) {
  return self !== null && typeof self === 'object' ? WeakMapPrototypeGet(instances, self) ?? defaults : defaults;
}

// The caller's words: `parts` is everything after the compared values.
function ownMessage(parts, actual, expected) {
  if (parts.length === 0 || parts[0] === undefined) return undefined;
  const first = parts[0];
  if (isError(first)) throw first;
  if (typeof first === 'function') {
    const text = first(actual, expected);
    return typeof text === 'string' ? text : undefined;
  }
  if (typeof first !== 'string') throw new ERR_INVALID_ARG_TYPE('message', ['string', 'function'], first);
  return parts.length > 1 ? ReflectApply(format, undefined, parts) : first;
}

function fail(stackStartFn, actual, expected, parts, operator, self) {
  throw new AssertionError({
    message: ownMessage(parts, actual, expected), actual, expected, operator, stackStartFn, diff: optionsOf(self).diff,
  });
}

// An error whose text is ours, yet counts as generated.
function failSaying(text, details) {
  const error = new AssertionError({ ...details, message: text });
  error.generatedMessage = true;
  throw error;
}

function truthy(stackStartFn, given, value, parts, self) {
  if (value) return;
  const details = { actual: value, expected: true, operator: '==', stackStartFn, diff: optionsOf(self).diff };
  if (given === 0) failSaying('No value argument passed to `assert.ok()`', details);
  const message = ownMessage(parts, value, true);
  if (message === undefined) {
    const call = require('assert_source').callText(stackStartFn);
    failSaying(`The expression evaluated to a falsy value${call === undefined ? '' : `:\n\n  ${call}\n`}`, details);
  }
  throw new AssertionError({ ...details, message });
}

function assert(...args) {
  truthy(assert, args.length, args[0], restOf(args, 1));
}

// In a function of its own, so that the frame to hide from the stack is the one the caller sees.
function comparison(name, operator, holds) {
  const check = { [name](actual, expected, ...parts) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
    if (!holds(actual, expected, optionsOf(this))) fail(check, actual, expected, parts, operator, this);
  } }[name];
  return check;
}

const looselySame = (a, b) => a == b || (a !== a && b !== b);

assert.AssertionError = AssertionError;
assert.ok = assert;

assert.fail = function fail(...parts) {
  const details = { operator: 'fail', stackStartFn: fail, diff: optionsOf(this).diff };
  if (parts[0] === undefined || parts[0] === null) failSaying('Failed', details);
  if (isError(parts[0])) throw parts[0];
  throw new AssertionError({ ...details, message: String(parts[0]) });
};

assert.equal = comparison('equal', '==', looselySame);
assert.notEqual = comparison('notEqual', '!=', (a, b) => !looselySame(a, b));
assert.deepEqual = comparison('deepEqual', 'deepEqual', isDeepEqual);
assert.notDeepEqual = comparison('notDeepEqual', 'notDeepEqual', (a, b) => !isDeepEqual(a, b));
assert.deepStrictEqual = comparison('deepStrictEqual', 'deepStrictEqual', isDeepStrictEqual);
assert.partialDeepStrictEqual = comparison('partialDeepStrictEqual', 'partialDeepStrictEqual',
  (a, b) => require('partial_equal').isPartiallyEqual(a, b));
assert.notDeepStrictEqual =
  comparison('notDeepStrictEqual', 'notDeepStrictEqual', (a, b, options) => !isDeepStrictEqual(a, b, options));
assert.strictEqual = comparison('strictEqual', 'strictEqual', ObjectIs);
assert.notStrictEqual = comparison('notStrictEqual', 'notStrictEqual', (a, b) => !ObjectIs(a, b));

function matching(name, says, holds) {
  const check = { [name](string, regexp, ...parts) {
    if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
    if (typeof string === 'string' && holds(RegExpPrototypeExec(regexp, string) !== null)) return;
    const details = { actual: string, expected: regexp, operator: name, stackStartFn: check, diff: optionsOf(this).diff };
    const message = ownMessage(parts, string, regexp);
    if (message !== undefined) throw new AssertionError({ ...details, message });
    // The engine's own words for a wrong type, but as a failed assertion.
    failSaying(typeof string !== 'string' ? new ERR_INVALID_ARG_TYPE('string', 'string', string).message :
      `${says} ${inspect(regexp)}. Input:\n\n${inspect(string)}\n`, details);
  } }[name];
  return check;
}

assert.match = matching('match', 'The input did not match the regular expression', (found) => found);
assert.doesNotMatch =
  matching('doesNotMatch', 'The input was expected to not match the regular expression', (found) => !found);

assert.ifError = function ifError(value) {
  if (value === null || value === undefined) return;
  let text = inspect(value);
  if (typeof value === 'object' && typeof value.message === 'string') {
    text = value.message === '' && value.constructor ? value.constructor.name : value.message;
  }
  const error = new AssertionError({
    message: `ifError got unwanted exception: ${text}`, actual: value, expected: null, operator: 'ifError',
    stackStartFn: ifError, diff: optionsOf(this).diff,
  });
  throw error;
};

// ---- what a function throws -----------------------------------------------------------------------------------------

const kNothing = { __proto__: null };

function thrownBy(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return kNothing;
}

async function rejectionOf(promiseFn) {
  let promise = promiseFn;
  if (typeof promiseFn === 'function') {
    // What it throws synchronously is not a rejection: it passes through.
    promise = promiseFn();
    if (!isThenable(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
  } else if (!isThenable(promise)) {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return kNothing;
}

function isThenable(v) {
  return isPromise(v) ||
    (v !== null && typeof v === 'object' && typeof v.then === 'function' && typeof v.catch === 'function');
}

// Shown in a diff in place of an error: only the properties that were to be compared. A pattern that the other side's text matches is no
// difference, so it is shown as that text.
class Comparison {
  constructor(source, keys, other) {
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (!(key in source)) continue;
      this[key] = other !== undefined && typeof other[key] === 'string' && isRegExp(source[key]) &&
        RegExpPrototypeExec(source[key], other[key]) !== null ? other[key] : source[key];
    }
  }
}

function failComparison(actual, shownActual, expected, shownExpected, message, check, diff) {
  if (message !== undefined) {
    throw new AssertionError({ message, actual, expected, operator: check.name, stackStartFn: check, diff });
  }
  const { message: text } = new AssertionError({
    actual: shownActual, expected: shownExpected, operator: 'deepStrictEqual', stackStartFn: check, diff,
  });
  failSaying(text, { actual, expected, operator: check.name, stackStartFn: check, diff });
}

// `expected` is an object of properties: each is compared strictly, or matched when it is a regular expression.
function checkProperties(actual, expected, message, check, diff) {
  if (typeof actual !== 'object' || actual === null) {
    if (message !== undefined) {
      // What was thrown has no properties: the caller's words alone would not tell what it was.
      const error = new AssertionError({ message, actual, expected, operator: 'deepStrictEqual', stackStartFn: check, diff });
      error.operator = check.name;
      throw error;
    }
    failComparison(actual, actual, expected, expected, message, check, diff);
  }
  const keys = ObjectKeys(expected);
  if (isError(expected)) ArrayPrototypePush(keys, 'name', 'message');
  else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (typeof actual[key] === 'string' && isRegExp(expected[key]) &&
      RegExpPrototypeExec(expected[key], actual[key]) !== null) continue;
    if (key in actual && isDeepStrictEqual(actual[key], expected[key])) continue;
    failComparison(actual, new Comparison(actual, keys), expected, new Comparison(expected, keys, actual), message, check,
      diff);
  }
}

function classNameOf(v) {
  const name = v !== null && v !== undefined && v.constructor && v.constructor.name;
  return isError(v) && name ? name : inspect(v, { depth: -1 });
}

function checkThrown(actual, expected, message, check, diff) {
  const details = { actual, expected, operator: check.name, stackStartFn: check, diff };
  const complain = (text) => {
    if (message !== undefined) throw new AssertionError({ ...details, message });
    failSaying(text, details);
  };
  if (typeof expected !== 'function') {
    if (!isRegExp(expected)) return checkProperties(actual, expected, message, check, diff);
    const text = String(actual);
    if (RegExpPrototypeExec(expected, text) !== null) return undefined;
    return complain(
      `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return undefined;
  if (expected === Error || ObjectPrototypeIsPrototypeOf(Error, expected)) {
    let text = `The error is expected to be an instance of "${expected.name}". Received `;
    text += isError(actual) ? `"${classNameOf(actual)}"` : `"${inspect(actual, { depth: -1 })}"`;
    if (isError(actual)) text += `\n\nError message:\n\n${actual.message}`;
    return complain(text);
  }
  const verdict = FunctionPrototypeCall(expected, {}, actual);
  if (verdict === true) return undefined;
  let text = `The ${expected.name ? `"${expected.name}" ` : ''}validation function is expected to return "true". ` +
    `Received ${inspect(verdict)}`;
  if (isError(actual)) text += `\n\nCaught error:\n\n${String(actual)}`;
  return complain(text);
}

function splitExpectation(args, actual) {
  let { 0: expected, 1: message } = args;
  if (typeof expected === 'string') {
    // A lone text is the message; one that equals the error's would look like a check without being one.
    if (args.length > 1) throw new ERR_INVALID_ARG_TYPE('error', ['Function', 'Error', 'RegExp', 'Object'], expected);
    const same = typeof actual === 'object' && actual !== null ? actual.message === expected : actual === expected;
    if (same && actual !== kNothing) {
      throw new ERR_AMBIGUOUS_ARGUMENT('error/message', typeof actual === 'object' ?
        `The error message "${expected}" is identical to the message.` :
        `The error "${expected}" is identical to the message.`);
    }
    message = expected;
    expected = undefined;
  } else if (expected !== undefined && expected !== null && typeof expected !== 'object' &&
    typeof expected !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Function', 'Error', 'RegExp', 'Object'], expected);
  }
  return { expected, message };
}

function expectFailure(check, actual, args, { diff }) {
  const { expected, message } = splitExpectation(args, actual);
  if (actual === kNothing) {
    const what = check === rejects ? 'rejection' : 'exception';
    const named = expected && expected.name ? ` (${expected.name})` : '';
    throw new AssertionError({
      message: `Missing expected ${what}${named}${message ? `: ${message}` : '.'}`,
      actual: undefined, expected, operator: check.name, stackStartFn: check,
    });
  }
  if (expected !== undefined && expected !== null) checkThrown(actual, expected, message, check, diff);
}

function matchesUnwanted(actual, expected) {
  if (expected === undefined || expected === null) return true;
  if (isRegExp(expected)) return RegExpPrototypeExec(expected, String(actual)) !== null;
  if (typeof expected !== 'function') return false;
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (expected === Error || ObjectPrototypeIsPrototypeOf(Error, expected)) return false;
  return FunctionPrototypeCall(expected, {}, actual) === true;
}

function expectNoFailure(check, actual, args, { diff }) {
  if (actual === kNothing) return;
  let { 0: expected, 1: message } = args;
  if (typeof expected === 'string') {
    message = expected;
    expected = undefined;
  }
  if (!matchesUnwanted(actual, expected)) throw actual;
  const what = check === doesNotReject ? 'rejection' : 'exception';
  throw new AssertionError({
    message: `Got unwanted ${what}${message ? `: ${message}` : '.'}\n` +
      `Actual message: "${actual === null || actual === undefined ? actual : actual.message}"`,
    actual, expected, operator: check.name, stackStartFn: check, diff,
  });
}

assert.throws = function throws(fn, ...args) {
  expectFailure(throws, thrownBy(fn), args, optionsOf(this));
};

assert.doesNotThrow = function doesNotThrow(fn, ...args) {
  expectNoFailure(doesNotThrow, thrownBy(fn), args, optionsOf(this));
};

async function rejects(promiseFn, ...args) {
  expectFailure(rejects, await rejectionOf(promiseFn), args, optionsOf(this));
}

async function doesNotReject(promiseFn, ...args) {
  expectNoFailure(doesNotReject, await rejectionOf(promiseFn), args, optionsOf(this));
}

assert.rejects = rejects;
assert.doesNotReject = doesNotReject;

// ---- strict ---------------------------------------------------------------------------------------------------------

assert.strict = ObjectAssign(function strict(...args) {
  truthy(strict, args.length, args[0], restOf(args, 1));
}, assert, {
  equal: assert.strictEqual,
  notEqual: assert.notStrictEqual,
  deepEqual: assert.deepStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.ok = assert.strict;
assert.strict.strict = assert.strict;

/// `new Assert({ diff, strict, skipPrototype })`: the same checks with options of their own.
function Assert(options) {
  if (new.target === undefined) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  const { diff = 'simple', strict = true, skipPrototype = false } = options ?? defaults;
  validateOneOf(diff, 'options.diff', ['simple', 'full']);
  WeakMapPrototypeSet(instances, this, { __proto__: null, diff, skipPrototype });
  this.AssertionError = AssertionError;
  if (!strict) return;
  this.equal = this.strictEqual;
  this.deepEqual = this.deepStrictEqual;
  this.notEqual = this.notStrictEqual;
  this.notDeepEqual = this.notDeepStrictEqual;
}

const checks = ObjectKeys(assert);
for (let i = 0; i < checks.length; i++) {
  const name = checks[i];
  if (name !== 'AssertionError' && name !== 'strict' && name !== 'ok') Assert.prototype[name] = assert[name];
}
Assert.prototype.ok = function ok(...args) {
  truthy(ok, args.length, args[0], restOf(args, 1), this);
};
assert.Assert = assert.strict.Assert = Assert;

module.exports = assert;
