// URLPattern: https://urlpattern.spec.whatwg.org/
'use strict';

const { ObjectDefineProperty, RegExpPrototypeExec, SymbolFor, TypeError, bareArray, isObject } = primordials;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, coded } = require('errors');
const { registerPlatformObject } = require('platform_objects');
const { parseURL } = require('url_parser');
const { defaultPorts, kindOfScheme } = require('url_schemes');
const { partsOf } = require('url_setters');
const { codeAt, sub, wellFormed } = require('url_text');
const { canonical, isSpecial, matchesSpecial } = require('url_pattern_canonical');
const { compile, defaults, escapePattern, hostnames, pathnames } = require('url_pattern_parts');
const { parseConstructorString } = require('url_pattern_string');
const { ERR_INVALID_URL_PATTERN } = require('url_pattern_tokens');
const { defineInterface, inspectMembers } = require('web_interface');

const ERR_OPERATION_FAILED = coded(TypeError, 'ERR_OPERATION_FAILED', (text) => text);

// In the order of a URL, and in that in which Web IDL reads and makes a dictionary.
const components = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
const sortedComponents = ['hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'username'];
const initMembers = ['baseURL', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'username'];

const text = (value) => wellFormed(`${value}`);

// A dictionary may have a member named __proto__.
function define(object, name, value) {
  ObjectDefineProperty(object, name, { __proto__: null, value, writable: true, enumerable: true, configurable: true });
}

function toInit(value) {
  const init = { __proto__: null };
  for (let i = 0; i < initMembers.length; i++) {
    const member = value[initMembers[i]];
    if (member !== undefined) init[initMembers[i]] = text(member);
  }
  return init;
}

/// Web IDL's (USVString or URLPatternInit).
const toInput = (value) => (value === undefined || value === null ? { __proto__: null } : isObject(value) ? toInit(value) : text(value));

// ---- processing a URLPatternInit --------------------------------------------------------------------------------------

// Parts of a URL, without the marks between them.
function partsOfURL(record) {
  const { scheme, username, password, host, port, path, query, fragment } = partsOf(record);
  return { protocol: scheme, username, password, hostname: host ?? '', port, pathname: path, search: query ?? '', hash: fragment ?? '' };
}

// What a base brings for what is missing: a part only as long as nothing that stands before it is given.
function inherit(init, result, isPattern) {
  const record = parseURL(init.baseURL, null);
  if (record === null) throw new ERR_INVALID_URL_PATTERN(`the base '${init.baseURL}' is no URL`);
  const parts = partsOfURL(record);
  const has = (name) => init[name] !== undefined;
  const take = (name) => { result[name] = isPattern ? escapePattern(parts[name]) : parts[name]; };
  if (!has('protocol')) take('protocol');
  if (!isPattern && !(has('protocol') || has('hostname') || has('port') || has('username'))) {
    take('username');
    if (!has('password')) take('password');
  }
  if (has('protocol') || has('hostname')) return record;
  take('hostname');
  if (has('port')) return record;
  take('port');
  if (has('pathname')) return record;
  take('pathname');
  if (has('search')) return record;
  take('search');
  if (!has('hash')) take('hash');
  return record;
}

function isAbsolute(path, isPattern) {
  if (path === '') return false;
  const first = codeAt(path, 0);
  if (first === 47) return true;
  return isPattern && path.length > 1 && (first === 92 || first === 123) && codeAt(path, 1) === 47; // \/ and {/
}

// The path behind the last slash of the base's.
function resolvePath(path, record, isPattern) {
  if (record === null || record.isOpaque || isAbsolute(path, isPattern)) return path;
  const { pathname } = partsOfURL(record);
  const base = isPattern ? escapePattern(pathname) : pathname;
  for (let i = base.length - 1; i >= 0; i--) if (codeAt(base, i) === 47) return sub(base, 0, i + 1) + path;
  return path;
}

const withoutFirst = (value, code) => (value !== '' && codeAt(value, 0) === code ? sub(value, 1, value.length) : value);
const withoutLast = (value, code) =>
  (value !== '' && codeAt(value, value.length - 1) === code ? sub(value, 0, value.length - 1) : value);

/// The components that `init` gives, taken from its base where it says nothing: as patterns, or in the normal form of a URL. Throws for what is
/// not valid.
function processInit(init, isPattern) {
  const result = { __proto__: null };
  const record = init.baseURL === undefined ? null : inherit(init, result, isPattern);
  const put = (name, value, normal) => { result[name] = isPattern ? value : normal(value); };
  if (init.protocol !== undefined) put('protocol', withoutLast(init.protocol, 58), canonical.protocol);
  const protocol = result.protocol ?? '';
  const special = protocol === '' || isSpecial(protocol);
  if (init.username !== undefined) put('username', init.username, canonical.username);
  if (init.password !== undefined) put('password', init.password, canonical.password);
  if (init.hostname !== undefined) put('hostname', init.hostname, special ? canonical.hostname : canonical.opaqueHostname);
  if (init.port !== undefined) put('port', init.port, (port) => canonical.port(port, protocol));
  if (init.pathname !== undefined)
    put('pathname', resolvePath(init.pathname, record, isPattern), special ? canonical.pathname : canonical.opaquePathname);
  if (init.search !== undefined) put('search', withoutFirst(init.search, 63), canonical.search);
  if (init.hash !== undefined) put('hash', withoutFirst(init.hash, 35), canonical.hash);
  return result;
}

// ---- the pattern ------------------------------------------------------------------------------------------------------

// An address in brackets, which may be escaped or in a group.
function isIPv6(hostname) {
  if (hostname.length < 2) return false;
  const first = codeAt(hostname, 0);
  return first === 91 || ((first === 123 || first === 92) && codeAt(hostname, 1) === 91);
}

/// The compiled components by name.
function create(input, base, ignoreCase) {
  let init = input;
  if (typeof input === 'string') {
    init = parseConstructorString(input);
    if (base === undefined && init.protocol === undefined) throw new ERR_INVALID_URL_PATTERN('without a base it needs a protocol');
    if (base !== undefined) init.baseURL = base;
  } else if (base !== undefined) {
    throw new ERR_INVALID_URL_PATTERN('a base is for a pattern that is a string');
  }
  const given = processInit(init, true);
  for (let i = 0; i < components.length; i++) given[components[i]] ??= '*';
  const kind = kindOfScheme(given.protocol);
  if (kind !== 0 && given.port === `${defaultPorts[kind]}`) given.port = '';

  const protocol = compile(given.protocol, canonical.protocol, defaults, false);
  const special = matchesSpecial(protocol.regExp);
  const hostname = isIPv6(given.hostname) ? canonical.ipv6Hostname : special ? canonical.hostname : canonical.opaqueHostname;
  return {
    __proto__: null,
    protocol,
    username: compile(given.username, canonical.username, defaults, false),
    password: compile(given.password, canonical.password, defaults, false),
    hostname: compile(given.hostname, hostname, hostnames, false),
    port: compile(given.port, canonical.port, defaults, false),
    pathname: special ? compile(given.pathname, canonical.pathname, pathnames, ignoreCase) :
      compile(given.pathname, canonical.opaquePathname, defaults, ignoreCase),
    search: compile(given.search, canonical.search, defaults, ignoreCase),
    hash: compile(given.hash, canonical.hash, defaults, ignoreCase),
  };
}

/// The components of what is to be matched, or null for what is no URL.
function valuesOf(input, base) {
  if (typeof input === 'string') {
    const baseRecord = base === undefined ? null : parseURL(base, null);
    if (base !== undefined && baseRecord === null) return null;
    const record = parseURL(input, baseRecord);
    return record === null ? null : partsOfURL(record);
  }
  if (base !== undefined) throw new ERR_OPERATION_FAILED('A base is for an input that is a string');
  let values;
  try {
    values = processInit(input, false);
  } catch (error) {
    if (error.code !== 'ERR_INVALID_URL_PATTERN') throw error; // the stack is used up
    return null;
  }
  for (let i = 0; i < components.length; i++) values[components[i]] ??= '';
  return values;
}

function resultOf({ names }, input, found) {
  const groups = {};
  for (let i = 0; i < names.length; i++) define(groups, names[i], found[i + 1]);
  return { groups, input };
}

// A dictionary that a program gets.
function copyOfInit(init) {
  const copy = {};
  for (let i = 0; i < initMembers.length; i++) if (init[initMembers[i]] !== undefined) copy[initMembers[i]] = init[initMembers[i]];
  return copy;
}

let compiledOf; // (pattern) => its components, or throws

class URLPattern {
  #components;

  constructor(input = undefined, baseURL = undefined, options = undefined) {
    let base;
    // Of two arguments the second may be the options.
    if (arguments.length > 2) base = text(baseURL);
    else if (isObject(baseURL)) options = baseURL;
    else if (baseURL !== undefined && baseURL !== null) base = text(baseURL);
    const converted = toInput(input);
    let ignoreCase = false;
    if (options !== undefined && options !== null) {
      if (!isObject(options)) throw new ERR_INVALID_ARG_TYPE('options', 'object', options);
      ignoreCase = !!options.ignoreCase;
    }
    this.#components = create(converted, base, ignoreCase);
  }

  get protocol() { return compiledOf(this).protocol.text; }
  get username() { return compiledOf(this).username.text; }
  get password() { return compiledOf(this).password.text; }
  get hostname() { return compiledOf(this).hostname.text; }
  get port() { return compiledOf(this).port.text; }
  get pathname() { return compiledOf(this).pathname.text; }
  get search() { return compiledOf(this).search.text; }
  get hash() { return compiledOf(this).hash.text; }

  get hasRegExpGroups() {
    const compiled = compiledOf(this);
    for (let i = 0; i < components.length; i++) if (compiled[components[i]].hasExpressions) return true;
    return false;
  }

  test(input = undefined, baseURL = undefined) {
    const compiled = compiledOf(this);
    const values = valuesOf(toInput(input), baseURL === undefined ? undefined : text(baseURL));
    if (values === null) return false;
    for (let i = 0; i < components.length; i++)
      if (RegExpPrototypeExec(compiled[components[i]].regExp, values[components[i]]) === null) return false;
    return true;
  }

  exec(input = undefined, baseURL = undefined) {
    const compiled = compiledOf(this);
    const converted = toInput(input);
    const base = baseURL === undefined ? undefined : text(baseURL);
    const values = valuesOf(converted, base);
    if (values === null) return null;
    const found = bareArray();
    for (let i = 0; i < components.length; i++) {
      found[i] = RegExpPrototypeExec(compiled[components[i]].regExp, values[components[i]]);
      if (found[i] === null) return null;
    }
    const result = {};
    const put = (name) => {
      for (let i = 0; i < components.length; i++)
        if (components[i] === name) result[name] = resultOf(compiled[name], values[name], found[i]);
    };
    put('hash');
    put('hostname');
    const first = typeof converted === 'string' ? converted : copyOfInit(converted);
    result.inputs = base === undefined ? [first] : [first, base];
    for (let i = 2; i < sortedComponents.length; i++) put(sortedComponents[i]);
    return result;
  }

  [SymbolFor('nodejs.util.inspect.custom')](depth, options) {
    const compiled = compiledOf(this);
    const members = {};
    for (let i = 0; i < components.length; i++) members[components[i]] = compiled[components[i]].text;
    return inspectMembers(this, depth, options, members);
  }

  static {
    compiledOf = (pattern) => {
      if (typeof pattern !== 'object' || pattern === null || !(#components in pattern)) throw new ERR_INVALID_THIS('URLPattern');
      return pattern.#components;
    };
  }
}
defineInterface(URLPattern, 'URLPattern');
registerPlatformObject(URLPattern.prototype);

module.exports = { URLPattern };
