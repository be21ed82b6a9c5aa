// Request: https://fetch.spec.whatwg.org/#request-class
//
// There is no document: no base URL, no origin, no cookies, no cache. The members that are about those keep what they are given.
//
// For fetch() and servers, `internals`:
//   isRequest(value)
//   makeRequest({ method, url, headersList, body, signal })
//       `method` and `url` as they are, the others may be left out: an empty HeaderList (header_list.js), null (else of fetch_body.js), null.
//       The list and the body belong to the request.
//   partsOf(request)              -> { method, url, headersList, body, signal, redirect, credentials, mode, cache, referrer, referrerPolicy, integrity,
//                                 keepalive, duplex }: the record itself, not to be changed but for its body. `url` has its fragment. `signal` is
//                                 the AbortSignal that aborts the request, null when nothing can: `request.signal` follows it. `referrer` is
//                                 'client', 'no-referrer' or a URL
'use strict';

const {
  ArrayPrototypeIncludes, ArrayPrototypePush, StringPrototypeToUpperCase, SymbolFor, TypeError,
} = primordials;
const { ConversionError, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { internals: signals } = require('abort_signal');
const { cloneBody, convertBody, defineBody, extractBody, isUnusable, transferBody } = require('fetch_body');
const { convertInit, fillFrom, guardOf, makeHeaders, setGuard } = require('fetch_headers').internals;
const { HeaderList } = require('header_list');
const { isToken } = require('mime_type');
const { registerPlatformObject } = require('platform_objects');
const { parseURL } = require('url_parser');
const { wellFormed } = require('url_text');
const { defineInterface, inspectWhole } = require('web_interface');
const { toByteString, toDictionary, toEnum } = require('web_idl');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kMade = { __proto__: null };

const enums = {
  __proto__: null,
  cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
  credentials: ['omit', 'same-origin', 'include'],
  duplex: ['half'],
  mode: ['navigate', 'same-origin', 'no-cors', 'cors'],
  priority: ['high', 'low', 'auto'],
  redirect: ['follow', 'error', 'manual'],
  referrerPolicy: ['', 'no-referrer', 'no-referrer-when-downgrade', 'same-origin', 'origin', 'strict-origin', 'origin-when-cross-origin',
    'strict-origin-when-cross-origin', 'unsafe-url'],
};

const textOf = (value) => wellFormed(`${value}`);
const toMember = (key) => (value) => toEnum(value, enums[key], `RequestInit: ${key}`);

function toSignal(value) {
  if (value !== null && !signals.isAbortSignal(value)) throw new ConversionError('RequestInit: signal is not of type AbortSignal.');
  return value;
}

// In the order in which Web IDL reads them, each with its conversion.
const members = [
  ['body', (value) => (value === null ? null : convertBody(value, 'RequestInit: body'))], ['cache', toMember('cache')],
  ['credentials', toMember('credentials')],
  ['duplex', toMember('duplex')], ['headers', convertInit], ['integrity', (value) => `${value}`], ['keepalive', (value) => !!value],
  ['method', (value) => toByteString(value, 'RequestInit: method')], ['mode', toMember('mode')], ['priority', toMember('priority')],
  ['redirect', toMember('redirect')], ['referrer', textOf], ['referrerPolicy', toMember('referrerPolicy')], ['signal', toSignal], ['window', (value) => value],
];

/// RequestInit: its members, undefined when absent, and whether there is any.
function toInit(value) {
  const dictionary = toDictionary(value, 'RequestInit');
  const init = { __proto__: null, isEmpty: true };
  for (let i = 0; i < members.length; i++) {
    const key = members[i][0];
    const given = dictionary[key];
    init[key] = given === undefined ? undefined : (0, members[i][1])(given);
    if (given !== undefined) init.isEmpty = false;
  }
  return init;
}

const normalized = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'];
const forbidden = ['CONNECT', 'TRACE', 'TRACK'];

function checkedMethod(text) {
  if (!isToken(text)) throw new TypeError(`'${text}' is not a valid HTTP method.`);
  const upper = StringPrototypeToUpperCase(text);
  if (ArrayPrototypeIncludes(forbidden, upper)) throw new TypeError(`'${text}' HTTP method is unsupported.`);
  return ArrayPrototypeIncludes(normalized, upper) ? upper : text;
}

function checkedUrl(text) {
  const record = parseURL(text, null);
  if (record === null) {
    const { URL } = require('url_class');
    let cause;
    try {
      new URL(text);
    } catch (error) {
      cause = error;
    }
    throw new TypeError(`Failed to parse URL from ${text}`, { __proto__: null, cause });
  }
  if (record.hasHost && record.passwordEnd > record.schemeEnd + 2)
    throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
  return record.href;
}

// Without an origin of our own, every URL is of another: then it is the client.
function checkedReferrer(text) {
  if (text === '') return 'no-referrer';
  if (parseURL(text, null) === null) throw new TypeError(`Referrer "${text}" is not a valid URL.`);
  return 'client';
}

const newParts = (method, url, headersList, body, signal) => ({
  __proto__: null, method, url, headersList, body, signal, redirect: 'follow', credentials: 'same-origin', mode: 'cors', cache: 'default', referrer: 'client',
  referrerPolicy: '', integrity: '', keepalive: false, duplex: 'half',
});

// What the constructor makes of its arguments, but for headers and body.
function initialized(from, init) {
  const parts = from === null ? newParts('GET', '', null, null, null) : { __proto__: null, ...from, body: null };
  if (!init.isEmpty) {
    if (parts.mode === 'navigate') parts.mode = 'same-origin';
    parts.referrer = 'client';
    parts.referrerPolicy = '';
  }
  if (init.window !== undefined && init.window !== null) throw new TypeError("'window' option must be null");
  if (init.referrer !== undefined) parts.referrer = checkedReferrer(init.referrer);
  if (init.referrerPolicy !== undefined) parts.referrerPolicy = init.referrerPolicy;
  if (init.mode === 'navigate') throw new TypeError('Request constructor: invalid request mode navigate.');
  if (init.mode !== undefined) parts.mode = init.mode;
  if (init.credentials !== undefined) parts.credentials = init.credentials;
  if (init.cache !== undefined) parts.cache = init.cache;
  if (parts.cache === 'only-if-cached' && parts.mode !== 'same-origin') throw new TypeError("'only-if-cached' can be set only with 'same-origin' mode");
  if (init.redirect !== undefined) parts.redirect = init.redirect;
  if (init.integrity !== undefined) parts.integrity = init.integrity;
  if (init.keepalive !== undefined) parts.keepalive = init.keepalive;
  if (init.method !== undefined) parts.method = checkedMethod(init.method);
  if (init.signal !== undefined) parts.signal = init.signal;
  if (parts.mode === 'no-cors' && !ArrayPrototypeIncludes(['GET', 'HEAD', 'POST'], parts.method))
    throw new TypeError(`'${parts.method}' is unsupported in no-cors mode.`);
  return parts;
}

let internals;

class Request {
  #parts;
  #headers;
  #signal = null; // made when somebody asks for it

  constructor(input, init = undefined, guard = undefined) {
    if (input === kMade) {
      this.#parts = init;
      this.#headers = makeHeaders(init.headersList, guard);
      return;
    }
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('input');
    const other = internals.isRequest(input) ? input.#parts : null;
    const text = other === null ? textOf(input) : '';
    const options = toInit(init);
    const url = other === null ? checkedUrl(text) : other.url;
    const parts = initialized(other, options);
    parts.url = url;
    parts.headersList = other === null ? new HeaderList() : other.headersList.copy();
    this.#parts = parts;
    this.#headers = makeHeaders(parts.headersList, 'request');
    if (parts.mode === 'no-cors') setGuard(this.#headers, 'request-no-cors');
    if (options.headers !== undefined) this.#refill(options.headers);
    else if (!options.isEmpty && parts.mode === 'no-cors') this.#refill(pairsOf(parts.headersList));
    this.#takeBody(options, other);
  }

  #refill(pairs) {
    this.#headers = makeHeaders(this.#parts.headersList = new HeaderList(), guardOf(this.#headers));
    fillFrom(this.#headers, pairs);
  }

  #takeBody(init, other) {
    const parts = this.#parts;
    const otherBody = other === null ? null : other.body;
    const given = init.body ?? null;
    if ((given !== null || otherBody !== null) && (parts.method === 'GET' || parts.method === 'HEAD'))
      throw new TypeError('Request with GET/HEAD method cannot have body.');
    let body = otherBody;
    if (given !== null) {
      const made = extractBody(given);
      ({ body } = made);
      if (parts.keepalive && body.bytes === null) throw new TypeError('A request with a stream as its body cannot be kept alive.');
      if (made.type !== null && !parts.headersList.has('content-type')) fillFrom(this.#headers, [['content-type', made.type]]);
    }
    if (body !== null && body.bytes === null) {
      if (given !== null && init.duplex === undefined) throw new TypeError('RequestInit: duplex option is required when sending a body.');
      if (parts.mode !== 'same-origin' && parts.mode !== 'cors')
        throw new TypeError('If request is made from ReadableStream, mode should be "same-origin" or "cors"');
    }
    if (given === null && otherBody !== null) {
      if (isUnusable(otherBody)) throw new TypeError('Cannot construct a Request with a Request object that has already been used.');
      body = transferBody(otherBody);
    }
    parts.body = body;
  }

  get method() { return partsOf(this).method; }

  get url() { return partsOf(this).url; }

  get headers() {
    partsOf(this);
    return this.#headers;
  }

  get destination() {
    partsOf(this);
    return '';
  }

  get referrer() {
    const { referrer } = partsOf(this);
    return referrer === 'no-referrer' ? '' : referrer === 'client' ? 'about:client' : referrer;
  }

  get referrerPolicy() { return partsOf(this).referrerPolicy; }

  get mode() { return partsOf(this).mode; }

  get credentials() { return partsOf(this).credentials; }

  get cache() { return partsOf(this).cache; }

  get redirect() { return partsOf(this).redirect; }

  get integrity() { return partsOf(this).integrity; }

  get keepalive() { return partsOf(this).keepalive; }

  get isReloadNavigation() {
    partsOf(this);
    return false;
  }

  get isHistoryNavigation() {
    partsOf(this);
    return false;
  }

  get signal() {
    const { signal } = partsOf(this);
    return this.#signal ??= signal === null ? signals.create() : require('abort_any').anyOf([signal]);
  }

  get duplex() { return partsOf(this).duplex; }

  clone() {
    const parts = partsOf(this);
    if (parts.body !== null && isUnusable(parts.body)) throw new TypeError('Request.clone: Body has already been consumed.');
    const copied = { __proto__: null, ...parts, headersList: parts.headersList.copy(), body: parts.body === null ? null : cloneBody(parts.body) };
    return new Request(kMade, copied, guardOf(this.#headers));
  }

  [kInspect](depth, options) {
    partsOf(this);
    const {
      method, url, headers, destination, referrer, referrerPolicy, mode, credentials, cache, redirect, integrity, keepalive, isReloadNavigation,
      isHistoryNavigation, signal,
    } = this;
    return inspectWhole(this, options.depth === null ? { ...options, depth: 2 } : options, {
      method, url, headers, destination, referrer, referrerPolicy, mode, credentials, cache, redirect, integrity, keepalive, isReloadNavigation,
      isHistoryNavigation, signal,
    });
  }

  static {
    internals = {
      __proto__: null,
      isRequest: (value) => typeof value === 'object' && value !== null && #parts in value,
      partsOf: (request) => request.#parts,
      makeRequest: ({ method, url, headersList = new HeaderList(), body = null, signal = null }) =>
        new Request(kMade, newParts(method, url, headersList, body, signal), 'request'),
    };
  }
}

function partsOf(value) {
  if (!internals.isRequest(value)) throw new ERR_INVALID_THIS('Request');
  return internals.partsOf(value);
}

function pairsOf(list) {
  const pairs = [];
  const all = list.all();
  for (let i = 0; i < all.length; i++) ArrayPrototypePush(pairs, [all[i].name, all[i].value]);
  return pairs;
}

defineBody(Request, partsOf);
defineInterface(Request, 'Request');
registerPlatformObject(Request.prototype);

module.exports = { Request, internals };
