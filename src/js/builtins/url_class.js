// The class URL (URL Standard, 6.1): a record of the parser (url_parser.js), and the parameters of its query once somebody asks for them.
'use strict';

const { ObjectDefineProperties, SymbolToStringTag, TypeError } = primordials;
const { ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { serializeForm } = require('url_form');
const { parseURL } = require('url_parser');
const { kFile, kHttp, kHttps } = require('url_schemes');
const { linked, listOf, refill } = require('url_search_params');
const { withPart, withQuery } = require('url_setters');
const { sub, wellFormed } = require('url_text');

// The header of its stack carries no code, as in Node.
function invalidURL(input, base) {
  const error = new TypeError('Invalid URL');
  error.code = 'ERR_INVALID_URL';
  error.input = wellFormed(input);
  if (base !== undefined) error.base = wellFormed(base);
  return error;
}

// The record, or null; with a base that is no URL, nothing is one.
function parse(input, base) {
  if (base === undefined) return parseURL(input, null);
  const baseRecord = parseURL(base, null);
  return baseRecord === null ? null : parseURL(input, baseRecord);
}

// What the getters give, by name.
const members = {
  __proto__: null,

  href: ({ href }) => href,

  origin(record) {
    const { kind } = record;
    if (kind !== 0 && kind !== kFile) return `${members.protocol(record)}//${members.host(record)}`;
    if (members.protocol(record) !== 'blob:') return 'null';
    const inner = parseURL(members.pathname(record), null);
    return inner !== null && (inner.kind === kHttp || inner.kind === kHttps) ? members.origin(inner) : 'null';
  },

  protocol: ({ href, schemeEnd }) => sub(href, 0, schemeEnd),

  username: ({ href, hasHost, schemeEnd, userEnd }) => (hasHost ? sub(href, schemeEnd + 2, userEnd) : ''),

  password: ({ href, userEnd, passwordEnd }) => (passwordEnd > userEnd ? sub(href, userEnd + 1, passwordEnd) : ''),

  host: ({ href, hasHost, hostStart, pathStart }) => (hasHost ? sub(href, hostStart, pathStart) : ''),

  hostname: ({ href, hostStart, hostEnd }) => sub(href, hostStart, hostEnd),

  port: ({ href, hasHost, hostEnd, pathStart }) => (hasHost && pathStart > hostEnd ? sub(href, hostEnd + 1, pathStart) : ''),

  pathname: ({ href, path, pathStart, searchStart }) => path ?? sub(href, pathStart, searchStart),

  search: ({ href, searchStart, hashStart }) => (hashStart - searchStart > 1 ? sub(href, searchStart, hashStart) : ''),

  hash: ({ href, hashStart }) => (href.length - hashStart > 1 ? sub(href, hashStart, href.length) : ''),
};

// As the first argument of the constructor it says that the second one is a record.
const kRecord = {};

let recordOf;      // (url) => its record, or throws
let paramsOf;      // (url) => the parameters of its query
let setPart;       // (url, name, value): what the setter of that name does

class URL {
  #record;
  #params = null;
  #isStale = false;                              // the parameters were changed since the record was made

  static {
    recordOf = (url) => {
      if (typeof url !== 'object' || url === null || !(#record in url)) throw new ERR_INVALID_THIS('URL');
      if (url.#isStale) {
        const query = serializeForm(listOf(url.#params));
        url.#record = withQuery(url.#record, query === '' ? null : query);
        url.#isStale = false;
      }
      return url.#record;
    };
    paramsOf = (url) => {
      const { href, searchStart, hashStart } = recordOf(url);
      url.#params ??= linked(sub(href, searchStart, hashStart), () => { url.#isStale = true; });
      return url.#params;
    };
    require('url_href').hrefOf = (value) => (#record in value ? recordOf(value).href : undefined);
    setPart = (url, name, value) => {
      recordOf(url);
      const text = `${value}`;                   // which may run the program, and change the URL
      url.#record = withPart(recordOf(url), name, text);
    };
  }

  constructor(url, base = undefined) {
    if (url === kRecord) {
      this.#record = base;
      return;
    }
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    const input = `${url}`;
    const baseText = base === undefined ? undefined : `${base}`;
    const record = parse(input, baseText);
    if (record === null) throw invalidURL(input, baseText);
    this.#record = record;
  }

  static parse(url, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    const record = parse(`${url}`, base === undefined ? undefined : `${base}`);
    return record === null ? null : new URL(kRecord, record);
  }

  static canParse(url, base = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    return parse(`${url}`, base === undefined ? undefined : `${base}`) !== null;
  }

  static createObjectURL(object) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('obj');
    return require('blob_urls').create(object);
  }

  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
    require('blob_urls').revoke(wellFormed(`${url}`));
  }

  toString() { return recordOf(this).href; }

  get href() { return members.href(recordOf(this)); }

  set href(value) {
    recordOf(this);
    const input = `${value}`;
    const record = parseURL(input, null);
    if (record === null) throw invalidURL(input);
    this.#record = record;
    this.#isStale = false;
    if (this.#params !== null) refill(this.#params, sub(record.href, record.searchStart, record.hashStart));
  }

  get origin() { return members.origin(recordOf(this)); }

  get protocol() { return members.protocol(recordOf(this)); }

  set protocol(value) { setPart(this, 'protocol', value); }

  get username() { return members.username(recordOf(this)); }

  set username(value) { setPart(this, 'username', value); }

  get password() { return members.password(recordOf(this)); }

  set password(value) { setPart(this, 'password', value); }

  get host() { return members.host(recordOf(this)); }

  set host(value) { setPart(this, 'host', value); }

  get hostname() { return members.hostname(recordOf(this)); }

  set hostname(value) { setPart(this, 'hostname', value); }

  get port() { return members.port(recordOf(this)); }

  set port(value) { setPart(this, 'port', value); }

  get pathname() { return members.pathname(recordOf(this)); }

  set pathname(value) { setPart(this, 'pathname', value); }

  get search() { return members.search(recordOf(this)); }

  set search(value) {
    recordOf(this);
    const text = `${value}`;
    setPart(this, 'search', text);
    if (this.#params !== null) refill(this.#params, text);
  }

  get searchParams() { return paramsOf(this); }

  get hash() { return members.hash(recordOf(this)); }

  set hash(value) { setPart(this, 'hash', value); }

  toJSON() { return recordOf(this).href; }
}

const enumerable = { __proto__: null, enumerable: true };
ObjectDefineProperties(URL, { __proto__: null, parse: enumerable, canParse: enumerable, createObjectURL: enumerable, revokeObjectURL: enumerable });
ObjectDefineProperties(URL.prototype, {
  __proto__: null,
  toString: enumerable, href: enumerable, origin: enumerable, protocol: enumerable, username: enumerable, password: enumerable,
  host: enumerable, hostname: enumerable, port: enumerable, pathname: enumerable, search: enumerable, searchParams: enumerable,
  hash: enumerable, toJSON: enumerable,
  [SymbolToStringTag]: { __proto__: null, value: 'URL', configurable: true },
});
require('url_inspect').addToURL(URL.prototype, (url) => {
  const record = recordOf(url), shown = {};
  for (const name in members) {
    shown[name] = members[name](record);
    if (name === 'search') shown.searchParams = paramsOf(url);
  }
  return shown;
});

module.exports = { URL, recordOf };
