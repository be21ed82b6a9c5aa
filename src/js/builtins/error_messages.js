// The texts of errors.js that say what was expected and what came instead. Loaded with the first error that needs one.
'use strict';

const {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, JSONStringify,
  MathAbs, NumberIsInteger, NumberPrototypeToString, ObjectIs, RegExpPrototypeExec, String, StringPrototypeEndsWith,
  StringPrototypeIncludes, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, bareArray,
} = primordials;

const lazyInspect = (value, options) => require('inspect').inspect(value, options);

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

function argType(name, expected, value) {
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

function range(name, allowed, value) {
  let received;
  if (NumberIsInteger(value) && MathAbs(value) > 2 ** 32) received = groupDigits(String(value));
  else if (typeof value === 'bigint') {
    received = String(value);
    if (value > 2n ** 32n || value < -(2n ** 32n)) received = groupDigits(received);
    received += 'n';
  } else received = lazyInspect(value);
  return `The value of "${name}" is out of range. It must be ${allowed}. Received ${received}`;
}

function argValue(name, value, reason = 'is invalid') {
  let text = lazyInspect(value);
  if (text.length > 128) text = `${StringPrototypeSlice(text, 0, 128)}...`;
  return `The ${StringPrototypeIncludes(name, '.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${text}`;
}

function missingArgs(names) {
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

module.exports = { argType, argValue, describeReceived, missingArgs, range };
