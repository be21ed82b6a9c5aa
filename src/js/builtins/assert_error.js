// AssertionError and the texts it writes: a short `a !== b`, or a line diff of both values.
'use strict';

const {
  ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, Error, ErrorCaptureStackTrace, Int32Array, MathMax, ObjectDefineProperty,
  ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys, ObjectSetPrototypeOf, StringPrototypeRepeat, StringPrototypeSlice,
  StringPrototypeSplit, SymbolFor, isObject,
} = primordials;
const { validateObject, validateOneOf } = require('errors');
const { inspect } = require('inspect');
const { codedStack, header } = require('inspect_stack');
const { isNativeError } = require('util_types');

const headings = {
  __proto__: null,
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  notIdentical: 'Values have same structure but are not reference-equal:',
};

// Short primitive values are shown side by side up to this many characters together.
const kShort = 12;
// An unchanged run longer than this is cut, leaving kContext lines on each side.
const kRunMax = 9;
const kContext = 4;
// Beyond this product of line counts a diff would cost too much memory; the two values are listed one after the other.
const kCellsMax = 1_000_000;
// So many causes of causes are shown without their frames; two errors may cause each other.
const kCausesMax = 20;
// A value of more lines, when it is no part of a diff, is cut to kLinesKept.
const kLinesMax = 50;
const kLinesKept = 46;
// Characters of each of two loosely compared values, and of what one should not have been. The last three are dots.
const kLooseMax = 512;
const kUnwantedMax = 1024;
// What inspect shows of a text: this many lines, or without the first characters.
const kShownLines = 10;
const kShownMax = 512;

// One property per line in sorted order, so that equal parts give equal lines.
const show = (value) => inspect(value, {
  compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false,
  sorted: true, getters: true,
});
const linesOf = (value) => StringPrototypeSplit(show(isNativeError(value) ? withoutFrames(value) : value), '\n');
// Where an error was made says nothing about how it differs.
function withoutFrames(error, depth = 0) {
  const copy = ObjectSetPrototypeOf(new Error(error.message), ObjectGetPrototypeOf(error));
  const keys = ObjectKeys(error);
  for (let i = 0; i < keys.length; i++) copy[keys[i]] = error[keys[i]];
  if (ObjectHasOwn(error, 'cause')) {
    const { cause } = error;
    hidden(copy, 'cause', isNativeError(cause) && depth < kCausesMax ? withoutFrames(cause, depth + 1) : cause);
  }
  hidden(copy, 'stack', header(error));
  return copy;
}

function hidden(object, key, value) {
  ObjectDefineProperty(object, key, { __proto__: null, value, enumerable: false, writable: true, configurable: true });
}

// A comma at the end depends on what follows, so it makes no difference.
const bare = (line) => line[line.length - 1] === ',' ? StringPrototypeSlice(line, 0, line.length - 1) : line;

const longer = (x, y) => x.length >= y.length ? x : y;

// [[mark, line]...] with ' ' both, '+' only in a, '-' only in b: the longest common subsequence of lines.
function diffLines(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && bare(a[head]) === bare(b[head])) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head &&
    bare(a[a.length - 1 - tail]) === bare(b[b.length - 1 - tail])) tail++;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  const out = [];
  for (let i = 0; i < head; i++) ArrayPrototypePush(out, [' ', longer(a[i], b[i])]);
  if (n * m > kCellsMax) {
    for (let i = 0; i < n; i++) ArrayPrototypePush(out, ['+', a[head + i]]);
    for (let j = 0; j < m; j++) ArrayPrototypePush(out, ['-', b[head + j]]);
  } else {
    const width = m + 1;
    const longest = new Int32Array((n + 1) * width);
    for (let i = n - 1; i >= 0; i--) {
      for (let j = m - 1; j >= 0; j--) {
        longest[i * width + j] = bare(a[head + i]) === bare(b[head + j]) ?
          longest[(i + 1) * width + j + 1] + 1 :
          MathMax(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    for (let i = 0, j = 0; i < n || j < m;) {
      if (i < n && j < m && bare(a[head + i]) === bare(b[head + j])) {
        ArrayPrototypePush(out, [' ', longer(a[head + i], b[head + j])]);
        i++;
        j++;
      } else if (i < n && (j === m || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
        ArrayPrototypePush(out, ['+', a[head + i++]]);
      } else {
        ArrayPrototypePush(out, ['-', b[head + j++]]);
      }
    }
  }
  for (let i = tail; i > 0; i--) ArrayPrototypePush(out, [' ', longer(a[a.length - i], b[b.length - i])]);
  return out;
}

function renderDiff(rows) {
  const out = [];
  let skipped = false;
  for (let i = 0; i < rows.length;) {
    const start = i;
    let end = i;
    while (end < rows.length && rows[end][0] === ' ') end++;
    const cut = end - start > kRunMax;
    for (; i < end; i++) {
      if (cut && i >= start + kContext && i < end - kContext) {
        if (!skipped || out[out.length - 1] !== '...') ArrayPrototypePush(out, '...');
        skipped = true;
      } else {
        ArrayPrototypePush(out, `  ${rows[i][1]}`);
      }
    }
    for (; i < rows.length && rows[i][0] !== ' '; i++) ArrayPrototypePush(out, `${rows[i][0]} ${rows[i][1]}`);
  }
  return { text: ArrayPrototypeJoin(out, '\n'), skipped };
}

// Points at the first differing character of two one-line values.
function indicator(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at > 2 && at < a.length ? `\n${StringPrototypeRepeat(' ', at + 2)}^` : '';
}

// Each takes what is too long away, unless the whole difference is wanted.
function limitLines(lines, kept, end, full) {
  if (full || lines.length <= kLinesMax) return ArrayPrototypeJoin(lines, '\n');
  return `${ArrayPrototypeJoin(ArrayPrototypeSlice(lines, 0, kept), '\n')}\n${end}`;
}

function limitText(text, max, full) {
  return full || text.length <= max ? text : `${StringPrototypeSlice(text, 0, max - 3)}...`;
}

function describeDifference(actual, expected, operator, message, full) {
  const a = linesOf(actual);
  const b = linesOf(expected);
  const single = a.length === 1 && b.length === 1;
  let heading = message ?? headings[operator];
  if (single && a[0] !== b[0] && a[0].length + b[0].length <= kShort &&
    (!isObject(actual) || !isObject(expected)) && (actual !== 0 || expected !== 0)) {
    return `${heading}\n\n${a[0]} !== ${b[0]}\n`;
  }
  if (operator === 'strictEqual' && isObject(actual) && isObject(expected)) {
    if (ArrayPrototypeJoin(a, '\n') === ArrayPrototypeJoin(b, '\n')) {
      const skipped = !full && a.length > kLinesMax ? '... Skipped lines\n' : '';
      return `${message ?? headings.notIdentical}\n\n${skipped}${limitLines(a, kLinesMax, '...}', full)}\n`;
    }
    heading = message ?? headings.strictEqualObject;
  }
  const { text, skipped } = renderDiff(diffLines(a, b));
  const pointer = single && typeof actual === 'string' && typeof expected === 'string' &&
    a[0].length + b[0].length < 80 ? indicator(a[0], b[0]) : '';
  return `${heading}\n+ actual - expected${skipped ? '\n... Skipped lines' : ''}\n\n${text}${pointer}\n`;
}

function describeUnwanted(actual, operator, full) {
  const heading = headings[operator === 'notStrictEqual' && isObject(actual) ? 'notStrictEqualObject' : operator];
  const lines = linesOf(actual);
  if (operator === 'notDeepEqual') return limitText(`${heading}\n\n${ArrayPrototypeJoin(lines, '\n')}`, kUnwantedMax, full);
  if (lines.length === 1) return `${heading}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`;
  return `${heading}\n\n${limitLines(lines, kLinesKept, '...', full)}\n`;
}

function describeLoose(actual, expected, operator, full) {
  const a = limitText(ArrayPrototypeJoin(linesOf(actual), '\n'), kLooseMax, full);
  const b = limitText(ArrayPrototypeJoin(linesOf(expected), '\n'), kLooseMax, full);
  if (operator === 'deepEqual') return `${headings.deepEqual}\n\n${a}\n\nshould loosely deep-equal\n\n${b}`;
  return `${a} ${operator} ${b}`;
}

// These append the difference even to the caller's own words: those alone rarely say what went wrong.
const differs = (operator) => operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'partialDeepStrictEqual';

function textFor(message, actual, expected, operator, full) {
  const own = message !== undefined && message !== null;
  if (differs(operator)) return describeDifference(actual, expected, operator, own ? `${message}` : undefined, full);
  if (own) return `${message}`;
  const unwanted = operator === 'notDeepStrictEqual' || operator === 'notStrictEqual' || operator === 'notDeepEqual';
  return unwanted ? describeUnwanted(actual, operator, full) : describeLoose(actual, expected, operator, full);
}

function shorten(value) {
  if (typeof value !== 'string') return value;
  const lines = StringPrototypeSplit(value, '\n');
  if (lines.length > kShownLines) return `${ArrayPrototypeJoin(ArrayPrototypeSlice(lines, 0, kShownLines), '\n')}\n...`;
  return value.length > kShownMax ? `${StringPrototypeSlice(value, kShownMax)}...` : value;
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, actual, expected, diff = 'simple' } = options;
    if (diff !== 'simple') validateOneOf(diff, 'options.diff', ['simple', 'full']);
    super(textFor(message, actual, expected, operator, diff === 'full'));
    this.generatedMessage = message === undefined || message === null;
    hidden(this, 'name', 'AssertionError');
    this.code = 'ERR_ASSERTION';
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    this.diff = diff;
    ErrorCaptureStackTrace(this, stackStartFn || AssertionError);
    hidden(this, 'stack', codedStack(this, 'ERR_ASSERTION'));
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  // The values are in the message already: long texts are cut, objects only named.
  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    const { actual, expected } = this;
    this.actual = shorten(actual);
    this.expected = shorten(expected);
    try {
      return inspect(this, { ...options, customInspect: false, depth: 0 });
    } finally {
      this.actual = actual;
      this.expected = expected;
    }
  }
}

module.exports = { AssertionError };
