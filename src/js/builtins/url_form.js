// application/x-www-form-urlencoded (URL Standard, 5): the text of a query to a list of names and values in turn, and back.
'use strict';

const {
  ReflectApply, StringFromCharCode, StringPrototypeReplaceAll, Uint8Array, bareArray, decodeURIComponent, safeArray, textMethods,
} = primordials;
const { classesOf, codeAt, encoded, sub, wellFormed, kFormSet, kNonAscii, kSpace } = require('url_text');

function hexDigit(code) {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

// The byte that two hexadecimal digits mean, or -1.
function hexPair(first, second) {
  const high = hexDigit(first), low = hexDigit(second);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

const ascii = bareArray();
for (let c = 0; c < 128; c++) ascii[c] = StringFromCharCode(c);

// For broken sequences: they become U+FFFD, a percent sign that means nothing stays.
function decodeBroken(text) {
  const bytes = new Uint8Array(text.length);
  let out = '', count = 0, mark = 0;
  for (let i = 0; i <= text.length; i++) {
    const byte = i + 2 < text.length && codeAt(text, i) === 37 ? hexPair(codeAt(text, i + 1), codeAt(text, i + 2)) : -1;
    if (byte >= 0) {
      out += sub(text, mark, i);
      bytes[count++] = byte;
      i += 2;
      mark = i + 1;
    } else if (count > 0) {
      out += native.utf8Decode(bytes, count);
      count = 0;
    }
  }
  return out + sub(text, mark, text.length);
}

function decodeRare(text) {
  text = StringPrototypeReplaceAll(text, '+', ' ');
  try { return decodeURIComponent(text); } catch { return decodeBroken(text); }
}

// Methods of the text, see url_text.js.
const formDecoder = {
  __proto__: textMethods,

  /// What text[from, to) means. Escaped ASCII, which is nearly all there is, is replaced here.
  decode(from, to) {
    let out = '', mark = from;
    for (let i = from; i < to; i++) {
      const c = super.charCodeAt(i);
      if (c === 43) {                                              // +
        out += `${super.slice(mark, i)} `;
        mark = i + 1;
      } else if (c === 37) {                                       // %
        const byte = i + 2 < to ? hexPair(super.charCodeAt(i + 1), super.charCodeAt(i + 2)) : -1;
        if (byte < 0 || byte > 127) return decodeRare(super.slice(from, to));
        out += super.slice(mark, i) + ascii[byte];
        i += 2;
        mark = i + 1;
      }
    }
    return out + super.slice(mark, to);
  },
};

const formParser = {
  __proto__: formDecoder,

  /// Appends the pairs in the text from `from` on to `list`. False, with anything in the list, when the text may be ill-formed.
  pairs(list, from) {
    const { length } = this;
    let start = from, equals = -1, nameEscaped = false, escaped = false, every = 0;
    for (let i = from; ; i++) {
      const c = i < length ? super.charCodeAt(i) : -1;
      if (c === 38 || c < 0) {                                     // &
        if (i > start) {
          const nameEnd = equals < 0 ? i : equals;
          if (equals < 0) nameEscaped = escaped;
          list.push(nameEscaped ? super.decode(start, nameEnd) : super.slice(start, nameEnd));
          if (equals < 0) list.push('');
          else list.push(escaped ? super.decode(equals + 1, i) : super.slice(equals + 1, i));
        }
        if (c < 0) return every < 0xd800;
        start = i + 1;
        equals = -1;
        escaped = false;
      } else if (c === 61 && equals < 0) {                         // =
        equals = i;
        nameEscaped = escaped;
        escaped = false;
      } else if (c === 37 || c === 43) {                           // % +
        escaped = true;
      }
      every |= c;
    }
  },
};

/// The list that `text` means, without the question mark that may lead it.
function parseForm(text) {
  const list = safeArray();
  const from = text !== '' && codeAt(text, 0) === 63 ? 1 : 0;      // ?
  if (ReflectApply(formParser.pairs, text, [list, from])) return list;
  list.length = 0;
  ReflectApply(formParser.pairs, wellFormed(text), [list, from]);
  return list;
}

function encode(text) {
  const seen = classesOf(text);
  if ((seen & (kFormSet | kNonAscii)) !== 0) text = encoded(text, kFormSet);
  return (seen & kSpace) === 0 ? text : StringPrototypeReplaceAll(text, ' ', '+');
}

/// The text of a list.
function serializeForm(list) {
  let text = '';
  for (let i = 0; i < list.length; i += 2) text += `${i === 0 ? '' : '&'}${encode(list[i])}=${encode(list[i + 1])}`;
  return text;
}

module.exports = { parseForm, serializeForm };
