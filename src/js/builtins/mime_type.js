// MIME types: https://mimesniff.spec.whatwg.org/#mime-types
//
// A record: `type`, `subtype`, `parameters` (a SafeMap from name to value, in order), `essence`.
'use strict';

const {
  RegExpPrototypeExec, SafeMap, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice,
  StringPrototypeToLowerCase, safeArray,
} = primordials;

const token = /^[-!#$%&'*+.^_`|~A-Za-z0-9]+$/;
const quotable = /^[\t -~\x80-\xff]*$/; // "HTTP quoted-string token code points"
const isToken = (text) => RegExpPrototypeExec(token, text) !== null;

// HTTP whitespace.
const isSpace = (code) => code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;

/// The text without whitespace at its start and end.
function trimmed(text) {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(StringPrototypeCharCodeAt(text, from))) from++;
  return StringPrototypeSlice(text, from, endOf(text, from, to));
}

function endOf(text, from, to) {
  while (to > from && isSpace(StringPrototypeCharCodeAt(text, to - 1))) to--;
  return to;
}

// ASCII only: a token has no other letters.
const lower = StringPrototypeToLowerCase;

// Where the next one is, or the end.
function indexOf(text, mark, from) {
  const found = StringPrototypeIndexOf(text, mark, from);
  return found === -1 ? text.length : found;
}

/// The quoted string that starts at text[from], a quotation mark: { value, end }. It need not be closed.
function quotedString(text, from) {
  let value = '';
  let at = from + 1;
  for (;;) {
    let end = at;
    let code = 0;
    for (; end < text.length; end++) {
      code = StringPrototypeCharCodeAt(text, end);
      if (code === 0x22 || code === 0x5c) break; // " and the backslash
    }
    value += StringPrototypeSlice(text, at, end);
    if (end >= text.length) return { __proto__: null, value, end };
    if (code === 0x22) return { __proto__: null, value, end: end + 1 };
    // What is escaped stands for itself; a backslash at the end, too.
    value += end + 1 < text.length ? text[end + 1] : '\\';
    at = end + 2;
    if (at >= text.length) return { __proto__: null, value, end: text.length };
  }
}

/// The record, or null.
function parseMimeType(input) {
  const text = trimmed(input);
  const slash = StringPrototypeIndexOf(text, '/');
  if (slash === -1) return null;
  const type = StringPrototypeSlice(text, 0, slash);
  const semicolon = indexOf(text, ';', slash);
  const subtype = StringPrototypeSlice(text, slash + 1, endOf(text, slash + 1, semicolon));
  if (!isToken(type) || !isToken(subtype)) return null;
  const record = { __proto__: null, type: lower(type), subtype: lower(subtype), essence: '', parameters: new SafeMap() };
  record.essence = `${record.type}/${record.subtype}`;
  parseParameters(text, semicolon, record.parameters);
  return record;
}

function parseParameters(text, semicolon, parameters) {
  const { length } = text;
  for (let at = semicolon; at < length;) {
    at++; // the semicolon
    while (at < length && isSpace(StringPrototypeCharCodeAt(text, at))) at++;
    let end = at;
    for (; end < length; end++) {
      const code = StringPrototypeCharCodeAt(text, end);
      if (code === 0x3b || code === 0x3d) break; // ; =
    }
    const name = lower(StringPrototypeSlice(text, at, end));
    at = end;
    if (at >= length) return;
    if (text[at] === ';') continue;
    at++; // the equals sign
    if (at >= length) return;
    let value;
    if (text[at] === '"') {
      const quoted = quotedString(text, at);
      ({ value } = quoted);
      at = indexOf(text, ';', quoted.end);
    } else {
      end = indexOf(text, ';', at);
      value = StringPrototypeSlice(text, at, endOf(text, at, end));
      at = end;
      if (value === '') continue;
    }
    if (isToken(name) && RegExpPrototypeExec(quotable, value) !== null && !parameters.has(name)) parameters.set(name, value);
  }
}

function serializeMimeType(record) {
  let text = record.essence;
  record.parameters.forEach((value, name) => {
    if (!isToken(value)) value = `"${StringPrototypeReplaceAll(StringPrototypeReplaceAll(value, '\\', '\\\\'), '"', '\\"')}"`;
    text += `;${name}=${value}`;
  });
  return text;
}

/// The parts of a header's combined value: what commas divide, except in quoted strings ("get, decode, and split").
function splitHeader(value) {
  const parts = safeArray();
  let start = 0;
  for (let at = 0; ;) {
    const code = at < value.length ? StringPrototypeCharCodeAt(value, at) : 0x2c;
    if (code === 0x22) {
      at = quotedString(value, at).end;
    } else {
      if (code === 0x2c) {
        parts.push(trimmed(StringPrototypeSlice(value, start, at)));
        if (at >= value.length) return parts;
        start = at + 1;
      }
      at++;
    }
  }
}

/// The MIME type that the combined value of the headers Content-Type means, or null (Fetch, "extract a MIME type").
function extractMimeType(value) {
  if (value === null) return null;
  let charset = null, essence = null, found = null;
  const parts = splitHeader(value);
  for (let i = 0; i < parts.length; i++) {
    const record = parseMimeType(parts[i]);
    if (record === null || record.essence === '*/*') continue;
    found = record;
    if (record.essence !== essence) {
      charset = record.parameters.get('charset') ?? null;
      ({ essence } = record);
    } else if (!record.parameters.has('charset') && charset !== null) {
      record.parameters.set('charset', charset);
    }
  }
  return found;
}

module.exports = { extractMimeType, isToken, parseMimeType, quotedString, serializeMimeType, splitHeader, trimmed };
