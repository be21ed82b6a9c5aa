// Text helpers of inspect and console: quoting, colour tables, escape-sequence stripping, terminal width of a string.
// Width tables are small range lists, not ICU: wide East Asian and emoji count two columns, marks and controls none.
const {
  ArrayPrototypePush, NumberIsInteger, NumberPrototypeToString, ObjectAssign, ObjectIs, ReflectApply, RegExpPrototypeExec, String,
  StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeIncludes, StringPrototypeIndexOf,
  StringPrototypeNormalize, StringPrototypePadStart, StringPrototypeSlice, StringPrototypeToUpperCase, textMethods,
} = primordials;

const short = { __proto__: null, 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 92: '\\\\' };

// These two are quicker than regular expressions, which make an object for what they found.
const codeAt = (text, i) => ReflectApply(textMethods.charCodeAt, text, [i]);

// Nothing to escape.
function isPlain(text) {
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code < 0x20 || code > 0x7e || code === 0x27 || code === 0x5c) return false;
  }
  return true;
}

/// [a-zA-Z_][a-zA-Z_0-9]*
function isIdentifier(text) {
  for (let i = 0; i < text.length; i++) {
    const code = codeAt(text, i);
    if (code >= 0x61 ? code > 0x7a : code >= 0x41 ? code > 0x5a && code !== 0x5f : code < 0x30 || code > 0x39 || i === 0) return false;
  }
  return text !== '';
}

/// A JavaScript literal of the string: single quotes unless others save escapes.
function quote(text) {
  if (text.length < 5000 && isPlain(text)) return `'${text}'`;
  let mark = "'";
  if (StringPrototypeIncludes(text, "'")) {
    if (!StringPrototypeIncludes(text, '"')) mark = '"';
    else if (!StringPrototypeIncludes(text, '`') && !StringPrototypeIncludes(text, '${')) mark = '`';
  }
  let out = '', from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    let escape;
    if (code < 0x20 || code === 0x5c || (code >= 0x7f && code <= 0x9f)) {
      escape = short[code] ??
        `\\x${StringPrototypePadStart(StringPrototypeToUpperCase(NumberPrototypeToString(code, 16)), 2, '0')}`;
    } else if (code === 0x27 && mark === "'") {
      escape = "\\'";
    } else if (code >= 0xd800 && code <= 0xdfff) {
      const next = code < 0xdc00 && i + 1 < text.length ? StringPrototypeCharCodeAt(text, i + 1) : 0;
      if (next >= 0xdc00 && next <= 0xdfff) { i++; continue; }   // a pair is a character
      escape = `\\u${NumberPrototypeToString(code, 16)}`;
    } else continue;
    out += StringPrototypeSlice(text, from, i) + escape;
    from = i + 1;
  }
  return `${mark}${out}${StringPrototypeSlice(text, from)}${mark}`;
}

// ---- numbers ------------------------------------------------------------------------------------------------------

// Underscores every three digits, counted from the right ('1234567' -> '1_234_567').
function groupWhole(digits) {
  let out = '', i = digits.length;
  for (; i > 3; i -= 3) out = `_${StringPrototypeSlice(digits, i - 3, i)}${out}`;
  return StringPrototypeSlice(digits, 0, i) + out;
}

function groupFraction(digits) {
  let out = '', i = 0;
  for (; i + 3 < digits.length; i += 3) out += `${StringPrototypeSlice(digits, i, i + 3)}_`;
  return out + StringPrototypeSlice(digits, i);
}

function numberText(value, separator) {
  if (ObjectIs(value, -0)) return '-0';
  const text = NumberPrototypeToString(value);
  if (!separator || RegExpPrototypeExec(/^-?\d+(\.\d+)?$/, text) === null) return text;
  const sign = value < 0 ? '-' : '';
  const digits = value < 0 ? StringPrototypeSlice(text, 1) : text;
  if (NumberIsInteger(value)) return sign + groupWhole(digits);
  const dot = StringPrototypeIndexOf(digits, '.');
  const whole = StringPrototypeSlice(digits, 0, dot), fraction = StringPrototypeSlice(digits, dot + 1);
  return `${sign}${groupWhole(whole)}.${groupFraction(fraction)}`;
}

function bigintText(value, separator) {
  const text = String(value);
  if (!separator) return `${text}n`;
  return value < 0n ? `-${groupWhole(StringPrototypeSlice(text, 1))}n` : `${groupWhole(text)}n`;
}

// ---- colours ------------------------------------------------------------------------------------------------------

const colors = ObjectAssign({ __proto__: null }, {
  reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27],
  hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39],
  white: [37, 39], bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49],
  bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49], framed: [51, 54], overlined: [53, 55], gray: [90, 39],
  grey: [90, 39], redBright: [91, 39], greenBright: [92, 39], yellowBright: [93, 39], blueBright: [94, 39],
  magentaBright: [95, 39], cyanBright: [96, 39], whiteBright: [97, 39], bgGray: [100, 49], bgRedBright: [101, 49],
  bgGreenBright: [102, 49], bgYellowBright: [103, 49], bgBlueBright: [104, 49], bgMagentaBright: [105, 49],
  bgCyanBright: [106, 49], bgWhiteBright: [107, 49],
});

const styles = ObjectAssign({ __proto__: null }, {
  special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold',
  string: 'green', symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
});

function colored(text, style) {
  const pair = colors[styles[style]];
  return pair === undefined ? text : `\u001b[${pair[0]}m${text}\u001b[${pair[1]}m`;
}

const uncolored = (text) => text;

// ECMA-48 sequences: CSI (parameters, intermediates, a final byte), OSC up to BEL or ST, and two-byte escapes.
// eslint-disable-next-line no-control-regex
const controlSequence =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)|\u001b[0-Z\\^-~]/g;

function stripVTControlCharacters(text) {
  if (typeof text !== 'string') {
    const { ERR_INVALID_ARG_TYPE } = require('errors');
    throw new ERR_INVALID_ARG_TYPE('str', 'string', text);
  }
  if (!StringPrototypeIncludes(text, '\u001b') && !StringPrototypeIncludes(text, '\u009b')) return text;
  // A loop, not replace: that would call a replaced RegExp.prototype.exec.
  let out = '', from = 0;
  controlSequence.lastIndex = 0;
  for (let match; (match = RegExpPrototypeExec(controlSequence, text)) !== null; from = controlSequence.lastIndex) {
    out += StringPrototypeSlice(text, from, match.index);
  }
  return out + StringPrototypeSlice(text, from);
}

// ---- width --------------------------------------------------------------------------------------------------------

// Sorted [first, last] pairs.
const zeroWidth = [
  0x0000, 0x001f, 0x007f, 0x009f, 0x0300, 0x036f, 0x0483, 0x0489, 0x0591, 0x05bd, 0x0610, 0x061a, 0x064b, 0x065f,
  0x06d6, 0x06dc, 0x0900, 0x0902, 0x093c, 0x093c, 0x0e31, 0x0e31, 0x0e34, 0x0e3a, 0x0e47, 0x0e4e, 0x1ab0, 0x1aff,
  0x1dc0, 0x1dff, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x2064, 0x20d0, 0x20ff, 0xfe00, 0xfe0f, 0xfe20, 0xfe2f,
  0xfeff, 0xfeff, 0xe0100, 0xe01ef,
];
const doubleWidth = [
  0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe,
  0x2614, 0x2615, 0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693, 0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be,
  0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa,
  0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755,
  0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf, 0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55,
  0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f,
  0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18aff, 0x1b000, 0x1b2ff, 0x1f004, 0x1f004, 0x1f0cf, 0x1f0cf,
  0x1f18e, 0x1f18e,
  0x1f191, 0x1f19a, 0x1f1e6, 0x1f202, 0x1f210, 0x1f23b, 0x1f240, 0x1f248, 0x1f250, 0x1f251, 0x1f260, 0x1f265,
  0x1f300, 0x1f320, 0x1f32d, 0x1f335, 0x1f337, 0x1f37c, 0x1f37e, 0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3,
  0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4, 0x1f3f8, 0x1f43e, 0x1f440, 0x1f440, 0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d,
  0x1f54b, 0x1f54e, 0x1f550, 0x1f567, 0x1f57a, 0x1f57a, 0x1f595, 0x1f596, 0x1f5a4, 0x1f5a4, 0x1f5fb, 0x1f64f,
  0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc, 0x1f6d0, 0x1f6d2, 0x1f6d5, 0x1f6d7, 0x1f6dc, 0x1f6df, 0x1f6eb, 0x1f6ec,
  0x1f6f4, 0x1f6fc, 0x1f7e0, 0x1f7eb, 0x1f7f0, 0x1f7f0, 0x1f90c, 0x1f93a, 0x1f93c, 0x1f945, 0x1f947, 0x1f9ff,
  0x1fa70, 0x1faff, 0x20000, 0x3fffd,
];

function inRanges(ranges, code) {
  let low = 0, high = ranges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < ranges[2 * middle]) high = middle - 1;
    else if (code > ranges[2 * middle + 1]) low = middle + 1;
    else return true;
  }
  return false;
}

/// Terminal columns the text takes; escape sequences count nothing.
function getStringWidth(text, removeControls = true) {
  if (RegExpPrototypeExec(/^[\x20-\x7e]*$/, text) !== null) return text.length;
  if (removeControls) text = stripVTControlCharacters(text);
  text = StringPrototypeNormalize(text, 'NFC');
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCodePointAt(text, i);
    if (code > 0xffff) i++;
    if (inRanges(doubleWidth, code)) width += 2;
    else if (!inRanges(zeroWidth, code)) width++;
  }
  return width;
}

/// The lines of a text, each keeping its newline.
function linesWithEnds(text) {
  const lines = [];
  let from = 0;
  for (let at; (at = StringPrototypeIndexOf(text, '\n', from)) >= 0; from = at + 1) {
    ArrayPrototypePush(lines, StringPrototypeSlice(text, from, at + 1));
  }
  if (from < text.length) ArrayPrototypePush(lines, StringPrototypeSlice(text, from));
  return lines;
}

module.exports = {
  bigintText, colored, colors, getStringWidth, isIdentifier, linesWithEnds, numberText, quote, stripVTControlCharacters, styles,
  uncolored,
};
