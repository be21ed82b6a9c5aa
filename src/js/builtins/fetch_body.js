// The bodies of requests and responses: https://fetch.spec.whatwg.org/#bodies and https://fetch.spec.whatwg.org/#body-mixin
//
// A Body is bytes that are there (`bytes`, a list of pieces, see byte_pieces.js), or a ReadableStream (`stream`), or both: then the stream
// was made of the bytes, because the program asked for it. As long as nobody has, reading needs no stream. `used` is set when it was read,
// or handed on, by other ways than its stream.
//
// For fetch() and servers:
//   bodyOfBytes(uint8Array)       which belongs to the body from now on; bodyOfList(list) of pieces; bodyOfStream(stream)
//   lengthOf(body)                in bytes, null when only its end will tell
//   isUnusable(body)              it was read, is being read, or is locked
//   streamOf(body)                what `body` shows
//   take(body)                    -> { bytes, stream }, one of them null: for whoever sends it, once. The body is used from then on
//   readAll(body, onList(list), onError(reason))    all of its bytes, as a list of pieces; the body is used from then on. Both may be called before
//                                 readAll() returns. What is no Uint8Array is an error
//   cloneBody(body)               another one with the same bytes; throws nothing when the body is usable
//   transferBody(body)            the same, and the old one is used from then on
//   cancelBody(body, reason)      nobody will read it
// and for Request and Response:
//   convertBody(value, what)      BodyInit as Web IDL converts it, to be given to
//   extractBody(converted)        -> { body, type }; type is null when the header Content-Type is not to be set
//   defineBody(Class, partsOf)    the members of the mixin; partsOf(object) -> { body, headersList }, or throws
'use strict';

const {
  ArrayBufferPrototypeGetByteLength, JSONParse, NumberPrototypeToString, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectKeys,
  PromisePrototypeThen, PromiseReject, PromiseResolve, PromiseWithResolvers, StringFromCharCode, StringPrototypeIncludes, SymbolAsyncIterator,
  TypeError, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, Uint8Array, isObject,
} = primordials;
const blobs = require('blob').internals;
const { Builder, copy, empty, fromBytes, view } = require('byte_pieces');
const { EntryList } = require('entry_list');
const { ERR_INVALID_ARG_TYPE } = require('errors');
const { isFormData, makeFormData } = require('form_data').internals;
const { extractMimeType, serializeMimeType } = require('mime_type');
const { parseForm, serializeForm } = require('url_form');
const { wellFormed } = require('url_text');
const { checkBytes, decodeUtf8, encodeUtf8 } = require('utf8');
const { isBufferSource, viewOf } = require('web_idl');

const streams = () => require('streams').internals;
const multipart = () => require('form_data_multipart');

const ignore = () => {};

class Body {
  constructor(bytes, stream) {
    this.bytes = bytes;
    this.stream = stream;
    this.used = false;
  }
}

const bodyOfList = (list) => new Body(list, null);
const bodyOfBytes = (bytes) => new Body(fromBytes(bytes), null);
const bodyOfStream = (stream) => new Body(null, stream);

const lengthOf = (body) => (body.bytes === null ? null : body.bytes.size);
const isUsed = (body) => body.used || (body.stream !== null && streams().isDisturbed(body.stream));
const isUnusable = (body) => isUsed(body) || (body.stream !== null && streams().isLocked(body.stream));

function streamOf(body) {
  if (body.stream !== null) return body.stream;
  if (!body.used) return body.stream = blobs.streamOf(body.bytes);
  // It was read without one: now there is one that was read.
  body.stream = streams().makeByteStream({ pull(controller) { streams().close(controller); } });
  streams().readAll(body.stream, ignore, ignore, ignore);
  return body.stream;
}

function take(body) {
  const { bytes, stream } = body;
  body.used = true;
  return stream === null ? { __proto__: null, bytes, stream: null } : { __proto__: null, bytes: null, stream };
}

function readAll(body, onList, onError) {
  const { bytes, stream } = take(body);
  if (stream === null) onList(bytes);
  else collect(stream, onList, onError);
}

// By callbacks, not by a promise of the bytes: those would be asked whether they are thenable.
function collect(stream, onList, onError) {
  const builder = new Builder();
  let total = 0;
  const add = (chunk) => {
    const length = native.uint8Length(chunk);
    if (length === -1) throw new ERR_INVALID_ARG_TYPE('chunk', 'Uint8Array', chunk);
    if (length === 0) return;
    total += length;
    if (native.sandbox !== undefined && total > native.sandbox.bufferBytes) {
      const error = native.sandbox.over('bufferBytes', 'bytes in a buffer');
      PromisePrototypeThen(streams().cancel(stream, error), ignore, ignore);
      throw error;
    }
    checkBytes(length);
    builder.give(new Uint8Array(chunk)); // the program may have it, too
  };
  streams().readAll(stream, add, () => {
    let list;
    try {
      list = builder.finish();
    } catch (error) {
      onError(error);
      return;
    }
    onList(list);
  }, onError);
}

function cloneBody(body) {
  if (body.stream === null) return new Body(body.bytes, null);
  const branches = streams().tee(body.stream, true);
  body.stream = branches[0];
  return new Body(body.bytes, branches[1]);
}

function transferBody(body) {
  const { bytes, stream } = body;
  body.used = true;
  if (stream === null) return new Body(bytes, null);
  // One of two branches, the other of which nobody reads.
  const branches = streams().tee(stream, false);
  PromisePrototypeThen(streams().cancel(branches[1], undefined), ignore, ignore);
  return new Body(bytes, branches[0]);
}

function cancelBody(body, reason) {
  body.used = true;
  if (body.stream !== null) PromisePrototypeThen(streams().cancel(body.stream, reason), ignore, ignore);
}

// ---- BodyInit -------------------------------------------------------------------------------------------------------

const kText = 0, kBlob = 1, kBuffer = 2, kFormData = 3, kParams = 4, kStream = 5, kIterable = 6;

const converted = (kind, value) => ({ __proto__: null, kind, value });

function convertBody(value, what) {
  if (isObject(value)) {
    if (blobs.isBlob(value)) return converted(kBlob, value);
    if (isBufferSource(value, what)) return converted(kBuffer, value);
    if (isFormData(value)) return converted(kFormData, value);
    if (require('url_search_params').isParams(value)) return converted(kParams, value);
    if (streams().isReadableStream(value)) return converted(kStream, value);
    // As in Node, though the standard makes a text of it.
    const method = value[SymbolAsyncIterator];
    if (method !== undefined && method !== null) return converted(kIterable, value);
  }
  return converted(kText, wellFormed(`${value}`));
}

const streamFrom = (iterable) => require('streams_readable').internals.faceOf(require('streams_from').streamFrom(iterable));

const extracted = (body, type) => ({ __proto__: null, body, type });

function extractBody({ kind, value }) {
  switch (kind) {
    case kBlob: return extracted(bodyOfList(blobs.bytesOf(value)), blobs.typeOf(value) === '' ? null : blobs.typeOf(value));
    case kBuffer: {
      const bytes = viewOf(value);
      checkBytes(TypedArrayPrototypeGetLength(bytes));
      return extracted(bodyOfBytes(new Uint8Array(bytes)), null);
    }
    case kFormData: {
      const { bytes, type } = multipart().writeMultipart(value);
      return extracted(bodyOfList(bytes), type);
    }
    case kParams: {
      const { listOf } = require('url_search_params');
      return extracted(bodyOfBytes(encodeUtf8(serializeForm(listOf(value)))), 'application/x-www-form-urlencoded;charset=UTF-8');
    }
    case kStream:
      if (streams().isDisturbed(value) || streams().isLocked(value)) throw new TypeError('Response body object should not be disturbed or locked');
      return extracted(bodyOfStream(value), null);
    case kIterable: return extracted(bodyOfStream(streamFrom(value)), null);
    default: return extracted(bodyOfBytes(encodeUtf8(value)), 'text/plain;charset=UTF-8');
  }
}

// ---- reading --------------------------------------------------------------------------------------------------------

function promised(make) {
  try {
    return PromiseResolve(make());
  } catch (error) {
    return PromiseReject(error);
  }
}

// Calls convert(list, isOurs) with all of it, and resolves a promise with what that returns. Of a list that is ours a program may have the pieces.
function consume({ body }, convert) {
  if (body === null) return promised(() => convert(empty(), true));
  if (isUnusable(body)) return PromiseReject(new TypeError('Body is unusable: Body has already been read'));
  const { bytes, stream } = take(body);
  if (stream === null) return promised(() => convert(bytes, false));
  const { promise, resolve, reject } = PromiseWithResolvers();
  collect(stream, (list) => {
    try {
      resolve(convert(list, true));
    } catch (error) {
      reject(error);
    }
  }, reject);
  return promise;
}

const mimeTypeOf = (headersList) => extractMimeType(headersList.get('content-type'));

function blobFrom(list, headersList) {
  const record = mimeTypeOf(headersList);
  return blobs.makeBlob(list, record === null ? '' : serializeMimeType(record));
}

function formDataFrom(bytes, headersList) {
  const record = mimeTypeOf(headersList);
  switch (record === null ? null : record.essence) {
    case 'multipart/form-data': return multipart().readMultipart(bytes, record);
    case 'application/x-www-form-urlencoded': return readForm(bytes);
    default: throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
  }
}

function readForm(bytes) {
  let text = decodeUtf8(bytes, true);
  // A character may be made of bytes of which some are escaped: then all must be.
  if (StringPrototypeIncludes(text, '\ufffd')) text = withEscapes(bytes);
  const list = parseForm(`?${text}`); // which takes one away
  const entries = new EntryList();
  for (let i = 0; i < list.length; i += 2) entries.append(list[i], list[i], list[i + 1]);
  return makeFormData(entries);
}

function withEscapes(bytes) {
  const length = TypedArrayPrototypeGetLength(bytes);
  let text = '';
  for (let i = 0; i < length; i++) text += bytes[i] < 128 ? StringFromCharCode(bytes[i]) : `%${NumberPrototypeToString(bytes[i], 16)}`;
  return text;
}

// ---- the mixin ------------------------------------------------------------------------------------------------------

function bytesFrom(list, isOurs) {
  const only = isOurs && list.pieces.length === 1 ? list.pieces[0] : null;
  const isWhole = only !== null && ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(only)) === list.size;
  return isWhole ? only : copy(list, 0, list.size);
}

const onParts = (partsOf, object, read) => {
  let parts;
  try {
    parts = partsOf(object);
  } catch (error) {
    return PromiseReject(error);
  }
  return read(parts);
};

function defineBody(Class, partsOf) {
  const members = {
    get body() {
      const { body } = partsOf(this);
      return body === null ? null : streamOf(body);
    },
    get bodyUsed() {
      const { body } = partsOf(this);
      return body !== null && isUsed(body);
    },
    arrayBuffer() {
      return onParts(partsOf, this, (parts) => consume(parts, (list, isOurs) => TypedArrayPrototypeGetBuffer(bytesFrom(list, isOurs))));
    },
    blob() {
      return onParts(partsOf, this, (parts) => consume(parts, (list) => blobFrom(list, parts.headersList)));
    },
    bytes() {
      return onParts(partsOf, this, (parts) => consume(parts, bytesFrom));
    },
    formData() {
      return onParts(partsOf, this, (parts) => consume(parts, (list) => formDataFrom(view(list), parts.headersList)));
    },
    json() {
      return onParts(partsOf, this, (parts) => consume(parts, (list) => JSONParse(decodeUtf8(view(list)))));
    },
    text() {
      return onParts(partsOf, this, (parts) => consume(parts, (list) => decodeUtf8(view(list))));
    },
  };
  const keys = ObjectKeys(members);
  for (let i = 0; i < keys.length; i++)
    ObjectDefineProperty(Class.prototype, keys[i], { __proto__: null, ...ObjectGetOwnPropertyDescriptor(members, keys[i]) });
}

module.exports = {
  bodyOfBytes, bodyOfList, bodyOfStream, cancelBody, cloneBody, convertBody, defineBody, extractBody, isUnusable, isUsed, lengthOf, readAll,
  streamOf, take, transferBody,
};
