// multipart/form-data (RFC 7578): the body that a FormData becomes, and the FormData in a body. Reading is linear in the size of the body,
// copies no file, and refuses with a TypeError whatever is not well-formed.
'use strict';

const {
  RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeToLowerCase, TypeError,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeIndexOf,
} = primordials;
const blobs = require('blob').internals;
const { Builder, fromBytes, part } = require('byte_pieces');
const { EntryList } = require('entry_list');
const { entriesOf, makeFormData } = require('form_data').internals;
const { extractMimeType, isToken, serializeMimeType, trimmed } = require('mime_type');
const { decodeUtf8, encodeUtf8 } = require('utf8');

const kPartsMax = 100_000; // in one body that is read
const kHeadMax = 16_384; // bytes of a part's headers

// ---- writing --------------------------------------------------------------------------------------------------------

const withCrlf = (text) =>
  StringPrototypeReplaceAll(StringPrototypeReplaceAll(StringPrototypeReplaceAll(text, '\r\n', '\n'), '\r', '\n'), '\n', '\r\n');

const escaped = (text) =>
  StringPrototypeReplaceAll(StringPrototypeReplaceAll(StringPrototypeReplaceAll(text, '\n', '%0A'), '\r', '%0D'), '"', '%22');

/// { bytes, type }: a list of pieces (byte_pieces.js), and the MIME type with the boundary.
function writeMultipart(formData) {
  const boundary = `----formdata-${StringPrototypeReplaceAll(native.randomUUID(), '-', '')}`;
  const builder = new Builder();
  const entries = entriesOf(formData).all();
  for (let i = 0; i < entries.length; i++) {
    const { name, value } = entries[i];
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(withCrlf(name))}"`;
    if (typeof value === 'string') {
      builder.give(encodeUtf8(`${head}\r\n\r\n${withCrlf(value)}\r\n`));
      continue;
    }
    const type = blobs.typeOf(value) === '' ? 'application/octet-stream' : blobs.typeOf(value);
    builder.give(encodeUtf8(`${head}; filename="${escaped(blobs.nameOf(value))}"\r\nContent-Type: ${type}\r\n\r\n`));
    builder.share(blobs.bytesOf(value));
    builder.give(encodeUtf8('\r\n'));
  }
  builder.give(encodeUtf8(`--${boundary}--\r\n`));
  return { __proto__: null, bytes: builder.finish(), type: `multipart/form-data; boundary=${boundary}` };
}

// ---- reading --------------------------------------------------------------------------------------------------------

const kNear = 64;
const kTab = 9, kLf = 10, kCr = 13, kSpace = 32, kDash = 45;

const malformed = (why) => new TypeError(`Could not parse content as FormData: ${why}.`);

function startsAt(bytes, length, pattern, at) {
  const count = TypedArrayPrototypeGetLength(pattern);
  if (at + count > length) return false;
  for (let i = 0; i < count; i++) if (bytes[at + i] !== pattern[i]) return false;
  return true;
}

// Where `pattern` next is, or -1. It starts with the only carriage return in it, so what was compared need not be looked at again.
function findDelimiter(bytes, length, pattern, from) {
  const count = TypedArrayPrototypeGetLength(pattern);
  for (let at = findCr(bytes, from); at !== -1;) {
    let i = 1;
    while (i < count && at + i < length && bytes[at + i] === pattern[i]) i++;
    if (i === count) return at;
    at = findCr(bytes, at + i);
  }
  return -1;
}

// The engine finds it faster in many bytes, but is not asked anew for every line of a text.
function findCr(bytes, from) {
  for (let i = from; i < from + kNear; i++) if (bytes[i] === kCr) return i;
  return TypedArrayPrototypeIndexOf(bytes, kCr, from + kNear);
}

// What follows a boundary: { isLast, next }, where the part starts.
function afterBoundary(bytes, length, at) {
  const isLast = bytes[at] === kDash && bytes[at + 1] === kDash;
  if (isLast) at += 2;
  while (at < length && (bytes[at] === kSpace || bytes[at] === kTab)) at++;
  if (isLast && at >= length) return { __proto__: null, isLast, next: at };
  if (bytes[at] !== kCr || bytes[at + 1] !== kLf) throw malformed('a boundary is not followed by a line end');
  return { __proto__: null, isLast, next: at + 2 };
}

/// The headers of a part: { name, filename, type, next }; filename undefined when it is no file, type null when it has none.
function readHead(bytes, at) {
  let disposition = null;
  let type = null;
  const start = at;
  for (;;) {
    const end = TypedArrayPrototypeIndexOf(bytes, kCr, at);
    if (end === -1 || end - start > kHeadMax) throw malformed(end === -1 ? 'a part ends in its headers' : 'the headers of a part are too long');
    if (bytes[end + 1] !== kLf) throw malformed('a header has a carriage return in it');
    if (end === at) break;
    const line = decodeUtf8(part(bytes, at, end), true);
    if (StringPrototypeIndexOf(line, '\n') !== -1 || StringPrototypeIndexOf(line, '\0') !== -1) throw malformed('a header has a NUL or a line feed in it');
    const colon = StringPrototypeIndexOf(line, ':');
    const header = colon === -1 ? '' : StringPrototypeToLowerCase(trimmed(StringPrototypeSlice(line, 0, colon)));
    if (!isToken(header)) throw malformed('a header has no name');
    const value = trimmed(StringPrototypeSlice(line, colon + 1));
    if (header === 'content-disposition') {
      if (disposition !== null) throw malformed('a part has two headers Content-Disposition');
      disposition = readDisposition(value);
    } else if (header === 'content-type') {
      type = type === null ? value : `${type}, ${value}`;
    }
    at = end + 2;
  }
  if (disposition === null) throw malformed('a part has no header Content-Disposition');
  return { __proto__: null, name: disposition.name, filename: disposition.filename, type, next: at + 2 };
}

const parameter = /^[ \t]*;[ \t]*([^ \t;="]+)[ \t]*=[ \t]*(?:"([^"]*)"|([^ \t;"]+))/;

function readDisposition(value) {
  const semicolon = StringPrototypeIndexOf(value, ';');
  const kind = semicolon === -1 ? value : trimmed(StringPrototypeSlice(value, 0, semicolon));
  if (StringPrototypeToLowerCase(kind) !== 'form-data') throw malformed("a part's disposition is not form-data");
  const found = { __proto__: null, name: undefined, filename: undefined };
  let rest = semicolon === -1 ? '' : StringPrototypeSlice(value, semicolon);
  while (rest !== '') {
    const match = RegExpPrototypeExec(parameter, rest);
    if (match === null) throw malformed('a Content-Disposition has a parameter without a value');
    rest = StringPrototypeSlice(rest, match[0].length);
    const name = StringPrototypeToLowerCase(match[1]);
    if (name !== 'name' && name !== 'filename') continue;
    if (found[name] !== undefined) throw malformed(`a Content-Disposition has two parameters ${name}`);
    found[name] = match[2] ?? match[3];
  }
  if (found.name === undefined) throw malformed('a part has no name');
  return found;
}

const notPrintable = /[^ -~]/;

// The type of a file: text/plain without a header, none when the header says nothing that is a MIME type.
function fileType(header) {
  if (header === null) return 'text/plain';
  const record = extractMimeType(header);
  const type = record === null ? '' : serializeMimeType(record);
  return RegExpPrototypeExec(notPrintable, type) === null ? StringPrototypeToLowerCase(type) : '';
}

/// The FormData in `bytes`, which are ours, given the record of their MIME type.
function readMultipart(bytes, mimeType) {
  const boundary = mimeType.parameters.get('boundary');
  if (boundary === undefined || boundary === '') throw malformed('the Content-Type has no boundary');
  const delimiter = encodeUtf8(`\r\n--${boundary}`);
  const length = TypedArrayPrototypeGetLength(bytes);
  const dashes = part(delimiter, 2, TypedArrayPrototypeGetLength(delimiter));
  if (!startsAt(bytes, length, dashes, 0)) throw malformed('it does not start with the boundary');
  const entries = new EntryList();
  let at = TypedArrayPrototypeGetLength(dashes);
  for (;;) {
    const { isLast, next } = afterBoundary(bytes, length, at);
    if (isLast) return makeFormData(entries);
    if (entries.size === kPartsMax) throw malformed(`it has more than ${kPartsMax} parts`);
    const head = readHead(bytes, next);
    const end = findDelimiter(bytes, length, delimiter, head.next);
    if (end === -1) throw malformed('a part does not end with the boundary');
    const body = part(bytes, head.next, end);
    const value = head.filename === undefined ? decodeUtf8(body, true) :
      blobs.makeFile(fromBytes(body), fileType(head.type), head.filename, 0);
    entries.append(head.name, head.name, value);
    at = end + TypedArrayPrototypeGetLength(delimiter);
  }
}

module.exports = { readMultipart, writeMultipart };
