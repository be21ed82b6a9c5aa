// The tokens of a URL pattern (URL Pattern Standard, 2.2, "tokenize"). Linear: what is read ahead for a group in parentheses is given back only
// up to the next parenthesis.
'use strict';

const { RegExp, RegExpPrototypeExec, StringFromCodePoint, StringPrototypeCodePointAt, TypeError, bareArray } = primordials;
const { coded } = require('errors');
const { codeAt, sub } = require('url_text');

const ERR_INVALID_URL_PATTERN = coded(TypeError, 'ERR_INVALID_URL_PATTERN', (text) => `Invalid URL pattern: ${text}`);

const kOpen = 1, kClose = 2, kRegExp = 3, kName = 4, kChar = 5, kEscapedChar = 6, kModifier = 7, kAsterisk = 8, kEnd = 9, kInvalidChar = 10;

const nameStart = new RegExp('^[$_\\p{ID_Start}]$', 'u');
const namePart = new RegExp('^[$\\u200c\\u200d\\p{ID_Continue}]$', 'u');

/// Whether the code point may be in a name, or begin it.
function isNameCode(point, isFirst) {
  if (point < 0x80) {
    const letter = point | 32;
    return (letter >= 97 && letter <= 122) || point === 36 || point === 95 || (!isFirst && point >= 48 && point <= 57);
  }
  return RegExpPrototypeExec(isFirst ? nameStart : namePart, StringFromCodePoint(point)) !== null;
}

const pointAt = (text, i) => StringPrototypeCodePointAt(text, i);
const sizeAt = (text, i) => (pointAt(text, i) > 0xffff ? 2 : 1);

function endOfName(text, from) {
  let i = from;
  while (i < text.length && isNameCode(pointAt(text, i), i === from)) i += sizeAt(text, i);
  return i;
}

// Behind the parenthesis that ends the regular expression text[from...); what is wrong with it, as a text, when there is none.
function endOfRegExp(text, from) {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    const c = codeAt(text, i);
    if (c >= 0x80) return 'a regular expression has characters beyond ASCII';
    if (i === from && c === 63) return 'a regular expression begins with ?';
    if (c === 92) {                                                // a backslash
      if (++i === text.length) return 'a backslash at the end';
      if (codeAt(text, i) >= 0x80) return 'a regular expression has characters beyond ASCII';
    } else if (c === 41) {                                         // )
      if (--depth === 0) return i === from ? 'a regular expression is empty' : i + 1;
    } else if (c === 40) {                                         // (
      depth++;
      if (i + 1 === text.length || codeAt(text, i + 1) !== 63) return 'a regular expression captures a group';
    }
  }
  return 'a parenthesis is not closed';
}

/// The tokens of `text`, { type, index, value }, ending with kEnd. What is not valid throws; `lenient`: it is a token of its own.
function tokenize(text, lenient) {
  const tokens = bareArray();
  const { length } = text;
  let index = 0;
  const add = (type, next, from, to) => {
    tokens[tokens.length] = { type, index, value: sub(text, from, to) };
    index = next;
  };
  const fail = (next, from, what) => {
    if (!lenient) throw new ERR_INVALID_URL_PATTERN(what);
    add(kInvalidChar, next, from, next);
  };
  while (index < length) {
    const c = codeAt(text, index);
    const next = index + sizeAt(text, index);
    if (c === 42) add(kAsterisk, next, index, next);
    else if (c === 43 || c === 63) add(kModifier, next, index, next);
    else if (c === 123) add(kOpen, next, index, next);
    else if (c === 125) add(kClose, next, index, next);
    else if (c === 92) {
      if (next === length) fail(next, index, 'a backslash at the end');
      else add(kEscapedChar, next + sizeAt(text, next), next, next + sizeAt(text, next));
    } else if (c === 58) {                                         // :
      const end = endOfName(text, next);
      if (end === next) fail(next, index, 'a colon without a name');
      else add(kName, end, next, end);
    } else if (c === 40) {                                         // (
      const end = endOfRegExp(text, next);
      if (typeof end === 'string') fail(next, index, end);
      else add(kRegExp, end, next, end - 1);
    } else {
      add(kChar, next, index, next);
    }
  }
  add(kEnd, index, index, index);
  return tokens;
}

module.exports = {
  ERR_INVALID_URL_PATTERN, isNameCode, tokenize,
  kAsterisk, kChar, kClose, kEnd, kEscapedChar, kInvalidChar, kModifier, kName, kOpen, kRegExp,
};
