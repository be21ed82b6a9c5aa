// Headers: https://fetch.spec.whatwg.org/#headers-class
//
// For other built-ins, `internals`:
//   isHeaders(value)
//   listOf(headers)               its HeaderList (header_list.js), which changes with it
//   makeHeaders(list, guard)      over such a list; guard: 'none', 'request', 'request-no-cors', 'response' or 'immutable'
//   guardOf(headers), setGuard(headers, guard)
//   fill(headers, init)           from a HeadersInit of the program's
//
// This is no browser: nobody's cookies or origin are to be protected from the program, so no header is forbidden to it, as in Node. The guard
// 'request-no-cors' lets pass what the standard says.
'use strict';

const {
  ArrayPrototypeIncludes, ObjectDefineProperty, ReflectGetOwnPropertyDescriptor, ReflectOwnKeys, RegExpPrototypeExec, SymbolFor,
  SymbolIterator, StringPrototypeToLowerCase, TypeError, isObject, safeArray,
} = primordials;
const { ConversionError, ERR_INVALID_THIS, ERR_MISSING_ARGS } = require('errors');
const { HeaderList, headerValue, isHeaderName } = require('header_list');
const { parseMimeType } = require('mime_type');
const { definePairs } = require('pair_iterable');
const { registerPlatformObject } = require('platform_objects');
const { defineInterface, inspectWhole } = require('web_interface');
const { listFrom, toByteString, toSequence } = require('web_idl');

const kInspect = SymbolFor('nodejs.util.inspect.custom');
const kMade = { __proto__: null };

const toName = (value) => toByteString(value, "a header's name");
const toValue = (value) => toByteString(value, "a header's value");

function checkedName(name, method) {
  if (!isHeaderName(name)) throw new TypeError(`${method}: ${name} is an invalid header name.`);
  return name;
}

function checkedValue(text, method) {
  const value = headerValue(text);
  if (value === undefined) throw new TypeError(`${method}: ${text} is an invalid header value.`);
  return value;
}

// ---- HeadersInit ----------------------------------------------------------------------------------------------------

const kWhat = 'HeadersInit';

function pairsFrom(init, method) {
  return listFrom(init, method, (element, i) =>
    toSequence(element, (member, j) => (j === 0 ? toName(member) : toValue(member)), `${kWhat}[${i}]`), kWhat);
}

// record<ByteString, ByteString>. No name comes twice: a key that is a byte string is its own conversion.
function recordFrom(init) {
  const pairs = safeArray();
  const keys = ReflectOwnKeys(init);
  for (let i = 0; i < keys.length; i++) {
    const found = ReflectGetOwnPropertyDescriptor(init, keys[i]);
    if (found === undefined || !found.enumerable) continue;
    const name = toName(keys[i]);
    const value = toValue(init[keys[i]]);
    pairs.push([name, value]);
  }
  return pairs;
}

/// What a program gave, as a list of pairs.
function convertInit(init) {
  if (!isObject(init)) throw new ConversionError(`${kWhat} is neither a sequence nor a record.`);
  const method = init[SymbolIterator];
  if (method === undefined || method === null) return recordFrom(init);
  if (typeof method !== 'function') throw new ConversionError(`${kWhat} cannot be converted to sequence.`);
  return pairsFrom(init, method);
}

// ---- the guard request-no-cors --------------------------------------------------------------------------------------

const unsafeByte = /[\0-\x08\x0a-\x1f"():<>?@[\\\]{}\x7f]/;
const notLanguage = /[^0-9A-Za-z *,\-.;=]/;

// https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header
function isSafelisted(name, value) {
  if (value.length > 128) return false;
  switch (StringPrototypeToLowerCase(name)) {
    case 'accept': return RegExpPrototypeExec(unsafeByte, value) === null;
    case 'accept-language': case 'content-language': return RegExpPrototypeExec(notLanguage, value) === null;
    case 'content-type': {
      if (RegExpPrototypeExec(unsafeByte, value) !== null) return false;
      const type = parseMimeType(value);
      return type !== null && ArrayPrototypeIncludes(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'], type.essence);
    }
    default: return false;
  }
}

const isSafelistedName = (name) =>
  ArrayPrototypeIncludes(['accept', 'accept-language', 'content-language', 'content-type'], StringPrototypeToLowerCase(name));

// ---- the class ------------------------------------------------------------------------------------------------------

let internals;

class Headers {
  #list;
  #guard = 'none';

  constructor(init = undefined, list = undefined, guard = undefined) {
    if (init === kMade) {
      this.#list = list;
      this.#guard = guard;
      return;
    }
    this.#list = new HeaderList();
    if (init !== undefined) internals.fill(this, init);
  }

  append(name, value) {
    check(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    this.#append(toName(name), toValue(value));
  }

  #append(name, text) {
    const value = checkedValue(text, 'Headers.append');
    checkedName(name, 'Headers.append');
    if (this.#guard === 'immutable') throw new TypeError('immutable');
    if (this.#guard === 'request-no-cors') {
      const before = this.#list.get(name);
      if (!isSafelisted(name, before === null ? value : `${before}, ${value}`)) return;
    }
    this.#list.append(name, value);
  }

  delete(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    name = checkedName(toName(name), 'Headers.delete');
    if (this.#guard === 'immutable') throw new TypeError('immutable');
    if (this.#guard === 'request-no-cors' && !isSafelistedName(name)) return;
    this.#list.delete(name);
  }

  get(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    return this.#list.get(checkedName(toName(name), 'Headers.get'));
  }

  getSetCookie() {
    check(this);
    return this.#list.values('set-cookie');
  }

  has(name) {
    check(this);
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('name');
    return this.#list.has(checkedName(toName(name), 'Headers.has'));
  }

  set(name, value) {
    check(this);
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('name', 'value');
    name = toName(name);
    value = checkedValue(toValue(value), 'Headers.set');
    checkedName(name, 'Headers.set');
    if (this.#guard === 'immutable') throw new TypeError('immutable');
    if (this.#guard === 'request-no-cors' && !isSafelisted(name, value)) return;
    this.#list.set(name, value);
  }

  [kInspect](depth, options) {
    check(this);
    return inspectWhole(this, options, shown(this.#list));
  }

  static {
    internals = {
      __proto__: null,
      isHeaders: (value) => typeof value === 'object' && value !== null && #list in value,
      listOf: (headers) => headers.#list,
      guardOf: (headers) => headers.#guard,
      setGuard(headers, guard) { headers.#guard = guard; },
      makeHeaders: (list, guard) => new Headers(kMade, list, guard),
      convertInit,

      /// Of pairs that convertInit() returned.
      fillFrom(headers, pairs) {
        for (let i = 0; i < pairs.length; i++) {
          if (pairs[i].length !== 2) throw new TypeError(`Headers constructor: expected name/value pair to be length 2, found ${pairs[i].length}.`);
          headers.#append(pairs[i][0], pairs[i][1]);
        }
      },

      fill(headers, init) { internals.fillFrom(headers, convertInit(init)); },
    };
  }
}

function check(value) {
  if (!internals.isHeaders(value)) throw new ERR_INVALID_THIS('Headers');
}

// As an object, with the names as they were written.
function shown(list) {
  const object = {};
  list.forEachName((name, value) =>
    ObjectDefineProperty(object, name, { __proto__: null, value, enumerable: true, configurable: true, writable: true }));
  return object;
}

defineInterface(Headers, 'Headers');
definePairs(Headers, 'Headers', check, (headers) => internals.listOf(headers).sortedSize, (headers, i) => internals.listOf(headers).sortedPair(i));
registerPlatformObject(Headers.prototype);

module.exports = { Headers, internals };
