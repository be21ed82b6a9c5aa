// Response: https://fetch.spec.whatwg.org/#response-class
//
// For fetch() and servers, `internals`:
//   isResponse(value)
//   makeResponse({ status, statusText, headersList, url, redirected, body, type, guard })
//       All may be left out: 200, '', an empty HeaderList (header_list.js), '', false, null (else of fetch_body.js), 'default', 'immutable'.
//       Nothing is checked; a status of 0 and the type 'error' make a network error. The list and the body belong to the response.
//   partsOf(response)             -> { status, statusText, headersList, url, redirected, body, type }: the record itself, not to be changed but
//                                 for its body, which is to be asked with the functions of fetch_body.js
'use strict';

const { JSONStringify, RangeError, RegExpPrototypeExec, StringPrototypeIndexOf, SymbolFor, TypeError } = primordials;
const { ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { bodyOfBytes, cloneBody, convertBody, defineBody, extractBody, isUnusable } = require('fetch_body');
const { convertInit, fillFrom, guardOf, makeHeaders } = require('fetch_headers').internals;
const { HeaderList } = require('header_list');
const { registerPlatformObject } = require('platform_objects');
const { parseURL } = require('url_parser');
const { sub, wellFormed } = require('url_text');
const { encodeUtf8 } = require('utf8');
const { defineInterface, inspectWhole } = require('web_interface');
const { toByteString, toDictionary, toShort } = require('web_idl');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kMade = { __proto__: null };

const notReason = /[^\t -~\x80-\xff]/;
const isNullBodyStatus = (status) => status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
const isRedirectStatus = (status) => status === 301 || status === 302 || status === 303 || status === 307 || status === 308;

function newParts({
  status = 200, statusText = '', headersList = new HeaderList(), url = '', redirected = false, body = null, type = 'default',
}) {
  return { __proto__: null, status, statusText, headersList, url, redirected, body, type };
}

// ResponseInit, with its members read in order.
function toInit(value) {
  const init = toDictionary(value, 'ResponseInit');
  const { headers } = init;
  const pairs = headers === undefined ? null : convertInit(headers);
  const { status } = init;
  const number = status === undefined ? 200 : toShort(status);
  const { statusText } = init;
  return { __proto__: null, pairs, status: number, statusText: statusText === undefined ? '' : toByteString(statusText, 'statusText') };
}

let internals;

class Response {
  #parts;
  #headers;

  constructor(body = null, init = undefined, guard = undefined) {
    if (body === kMade) {
      this.#parts = init;
      this.#headers = makeHeaders(init.headersList, guard);
      return;
    }
    const converted = body === null ? null : convertBody(body, 'body');
    const options = toInit(init);
    this.#parts = newParts({ __proto__: null });
    this.#headers = makeHeaders(this.#parts.headersList, 'response');
    this.#initialize(options, converted === null ? null : extractBody(converted));
  }

  // https://fetch.spec.whatwg.org/#initialize-a-response
  #initialize({ pairs, status, statusText }, made) {
    const parts = this.#parts;
    if (status < 200 || status > 599) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    if (RegExpPrototypeExec(notReason, statusText) !== null) throw new TypeError('Invalid statusText');
    parts.status = status;
    parts.statusText = statusText;
    if (pairs !== null) fillFrom(this.#headers, pairs);
    if (made === null) return;
    if (isNullBodyStatus(status)) throw new TypeError(`Response constructor: Invalid response status code ${status}`);
    parts.body = made.body;
    if (made.type !== null && !parts.headersList.has('content-type')) parts.headersList.append('content-type', made.type);
  }

  static error() {
    return internals.makeResponse({ __proto__: null, type: 'error', status: 0 });
  }

  static json(data, init = undefined) {
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('data');
    const options = toInit(init);
    const text = JSONStringify(data);
    if (text === undefined) throw new TypeError('Value is not JSON serializable');
    const response = internals.makeResponse({ __proto__: null, guard: 'response' });
    response.#initialize(options, { __proto__: null, body: bodyOfBytes(encodeUtf8(text)), type: 'application/json' });
    return response;
  }

  static redirect(url, status = 302) {
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('url');
    const text = wellFormed(`${url}`);
    const number = toShort(status);
    const record = parseURL(text, null);
    if (record === null) throw new TypeError(`Failed to parse URL from ${text}`);
    if (!isRedirectStatus(number)) throw new RangeError(`Invalid status code ${number}`);
    const headersList = new HeaderList();
    headersList.append('location', record.href);
    return internals.makeResponse({ __proto__: null, status: number, headersList });
  }

  get type() { return partsOf(this).type; }

  get url() {
    const { url } = partsOf(this);
    const hash = StringPrototypeIndexOf(url, '#');
    return hash === -1 ? url : sub(url, 0, hash);
  }

  get redirected() { return partsOf(this).redirected; }

  get status() { return partsOf(this).status; }

  get ok() {
    const { status } = partsOf(this);
    return status >= 200 && status <= 299;
  }

  get statusText() { return partsOf(this).statusText; }

  get headers() {
    partsOf(this);
    return this.#headers;
  }

  clone() {
    const parts = partsOf(this);
    if (parts.body !== null && isUnusable(parts.body)) throw new TypeError('Response.clone: Body has already been consumed.');
    const copied = { __proto__: null, ...parts, headersList: parts.headersList.copy(), body: parts.body === null ? null : cloneBody(parts.body) };
    return new Response(kMade, copied, guardOf(this.#headers));
  }

  [kInspect](depth, options) {
    partsOf(this);
    const { status, statusText, headers, body, bodyUsed, ok, redirected, type, url } = this;
    return inspectWhole(this, options.depth === null ? { ...options, depth: 2 } : options, {
      status, statusText, headers, body, bodyUsed, ok, redirected, type, url,
    });
  }

  static {
    internals = {
      __proto__: null,
      isResponse: (value) => typeof value === 'object' && value !== null && #parts in value,
      partsOf: (response) => response.#parts,
      makeResponse: (made) => new Response(kMade, newParts(made), made.guard ?? 'immutable'),
    };
  }
}

function partsOf(value) {
  if (!internals.isResponse(value)) throw new ERR_INVALID_THIS('Response');
  return internals.partsOf(value);
}

defineBody(Response, partsOf);
defineInterface(Response, 'Response');
registerPlatformObject(Response.prototype);

module.exports = { Response, internals };
