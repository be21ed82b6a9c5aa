// The parts of a URL in their normal form, as URL patterns compare them (URL Pattern Standard, 3): each goes through the URL parser by itself.
'use strict';

const { StringPrototypeStartsWith, StringPrototypeToLowerCase, RegExpPrototypeExec } = primordials;
const { parseURL } = require('url_parser');
const { kHttps, kindOfScheme, schemes } = require('url_schemes');
const { queryText, setters } = require('url_setters');
const { encoded, sub, withoutTabs, kC0Set, kFragmentSet, kUserinfoSet } = require('url_text');
const { ERR_INVALID_URL_PATTERN } = require('url_pattern_tokens');

const ipv6Codes = /^[\da-fA-F:[\]]*$/;
const endOfOpaquePath = /[?#]/;

/// Whether URLs with this scheme have a host and a path of segments.
const isSpecial = (scheme) => kindOfScheme(scheme) !== 0;

/// Whether a protocol's regular expression matches one of those.
function matchesSpecial(regExp) {
  for (let kind = 1; kind < schemes.length; kind++) if (RegExpPrototypeExec(regExp, schemes[kind]) !== null) return true;
  return false;
}

function fail(part, value) {
  throw new ERR_INVALID_URL_PATTERN(`'${value}' is no ${part}`);
}

// What the setter of that name makes of `value` in a URL of that kind; undefined when it refuses it.
function set(name, value, kind) {
  const parts = { kind, isOpaque: false, username: '', password: '', host: 'x', port: '', path: '' };
  if (name === 'hostname') parts.host = undefined;
  if (name === 'port') parts.port = undefined;
  setters[name](parts, value);
  return name === 'hostname' ? parts.host : name === 'port' ? parts.port : parts.path;
}

function hostnameOfKind(value, kind) {
  if (value === '') return value;
  return set('hostname', value, kind) ?? fail('hostname', value);
}

/// By name of the part: each takes and returns a string, and throws for what is not valid.
const canonical = {
  __proto__: null,

  protocol(value) {
    if (value === '') return value;
    const record = parseURL(`${value}://dummy.invalid/`, null);
    if (record === null) fail('protocol', value);
    return sub(record.href, 0, record.schemeEnd - 1);
  },

  username: (value) => encoded(value, kUserinfoSet),
  password: (value) => encoded(value, kUserinfoSet),

  hostname: (value) => hostnameOfKind(value, kHttps),
  opaqueHostname: (value) => hostnameOfKind(value, 0),

  ipv6Hostname(value) {
    if (RegExpPrototypeExec(ipv6Codes, value) === null) fail('hostname', value);
    return StringPrototypeToLowerCase(value);
  },

  /// `protocol`: whose default port goes without saying.
  port(value, protocol = '') {
    if (value === '') return value;
    return set('port', value, kindOfScheme(protocol)) ?? fail('port', value);
  },

  pathname(value) {
    if (value === '') return value;
    if (StringPrototypeStartsWith(value, '/')) return set('pathname', value, kHttps);
    // With what no step goes up beyond; a dot at the beginning of the value begins no segment.
    const path = set('pathname', `/-${value}`, kHttps);
    return sub(path, 2, path.length);
  },

  opaquePathname(value) {
    const text = withoutTabs(value);
    const stop = RegExpPrototypeExec(endOfOpaquePath, text);
    return encoded(stop === null ? text : sub(text, 0, stop.index), kC0Set);
  },

  search: (value) => queryText(value, kHttps),
  hash: (value) => encoded(withoutTabs(value), kFragmentSet),
};

module.exports = { canonical, isSpecial, matchesSpecial };
