// What the setters of a URL do (URL Standard, 6.1, and its parser with a state override): a record is taken apart, one part is
// replaced, and the parts make the new record.
'use strict';

const { RegExpPrototypeExec, StringPrototypeStartsWith, StringPrototypeToLowerCase } = primordials;
const {
  codeAt, encoded, finish, newDraft, sub, withoutTabs, kFragmentSet, kQuerySet, kSpecialQuerySet, kUserinfoSet,
} = require('url_text');
const { parseHost } = require('url_host');
const { parsePath } = require('url_path');
const { defaultPorts, kFile, kindOfScheme } = require('url_schemes');

/// The parts: `host`, `query` and `fragment` are null when there is none, and `port` is ''.
function partsOf(record) {
  const { href, hasHost, schemeEnd, userEnd, passwordEnd, hostStart, hostEnd, pathStart, searchStart, hashStart } = record;
  return {
    kind: record.kind,
    isOpaque: record.isOpaque,
    scheme: sub(href, 0, schemeEnd - 1),
    username: hasHost ? sub(href, schemeEnd + 2, userEnd) : '',
    password: passwordEnd > userEnd ? sub(href, userEnd + 1, passwordEnd) : '',
    host: hasHost ? sub(href, hostStart, hostEnd) : null,
    port: hasHost && pathStart > hostEnd ? sub(href, hostEnd + 1, pathStart) : '',
    path: sub(href, pathStart, searchStart),
    query: searchStart < hashStart ? sub(href, searchStart + 1, hashStart) : null,
    fragment: hashStart < href.length ? sub(href, hashStart + 1, href.length) : null,
  };
}

function recordFrom({ kind, isOpaque, scheme, username, password, host, port, path, query, fragment }) {
  let href = `${scheme}:`;
  const schemeEnd = href.length;
  let userEnd = 0, passwordEnd = 0, hostStart = 0, hostEnd = 0;
  if (host !== null) {
    href += `//${username}`;
    userEnd = href.length;
    if (password !== '') href += `:${password}`;
    passwordEnd = href.length;
    if (username !== '' || password !== '') href += '@';
    hostStart = href.length;
    href += host;
    hostEnd = href.length;
    if (port !== '') href += `:${port}`;
  } else if (!isOpaque && StringPrototypeStartsWith(path, '//')) {
    href += '/.';
  }
  const pathStart = href.length;
  href += path;
  const searchStart = href.length;
  if (query !== null) href += `?${query}`;
  const hashStart = href.length;
  if (fragment !== null) href += `#${fragment}`;
  return {
    href, kind, isOpaque, hasHost: host !== null, schemeEnd, userEnd, passwordEnd, hostStart, hostEnd, pathStart, path, searchStart,
    hashStart,
  };
}

const hasCredentials = (parts) => parts.username !== '' || parts.password !== '';
const mayHaveCredentials = (parts) => parts.host !== null && parts.host !== '' && parts.kind !== kFile;
const queryText = (text, kind) => encoded(withoutTabs(text), kind === 0 ? kQuerySet : kSpecialQuerySet);

const leadingScheme = /^([a-zA-Z][a-zA-Z\d+.-]*)(?::|$)/;
const leadingDigits = /^\d+/;
const endOfHost = /[/?#]/, endOfSpecialHost = /[/\\?#]/;

// The port that the digits at the beginning of `text` mean: '' for the default one, undefined without any or beyond 65535.
function portOf(text, kind) {
  const found = RegExpPrototypeExec(leadingDigits, text);
  if (found === null || +found[0] > 65535) return undefined;
  const port = +found[0];
  return port === defaultPorts[kind] ? '' : `${port}`;
}

// Where the colon before the port is in text[0, to), or -1.
function portColon(text, to) {
  let inBrackets = false;
  for (let i = 0; i < to; i++) {
    const c = codeAt(text, i);
    if (c === 91) inBrackets = true;                               // [
    else if (c === 93) inBrackets = false;                         // ]
    else if (c === 58 && !inBrackets) return i;                    // :
  }
  return -1;
}

function setHost(parts, value, withPort) {
  if (parts.isOpaque) return;
  const text = withoutTabs(value);
  const { kind } = parts;
  const stop = RegExpPrototypeExec(kind === 0 ? endOfHost : endOfSpecialHost, text);
  const end = stop === null ? text.length : stop.index;
  const colon = kind === kFile ? -1 : portColon(text, end);
  if (colon >= 0 && !withPort) return;
  const name = sub(text, 0, colon < 0 ? end : colon);
  if (name === '' && kind !== kFile && (colon >= 0 || kind !== 0 || hasCredentials(parts) || parts.port !== '')) return;
  const host = name === '' ? '' : parseHost(name, kind);
  if (host === null) return;
  parts.host = kind === kFile && host === 'localhost' ? '' : host;
  if (colon >= 0) parts.port = portOf(sub(text, colon + 1, text.length), kind) ?? parts.port;
}

/// By name: each changes the parts when `value`, a string, is valid for it.
const setters = {
  __proto__: null,

  protocol(parts, value) {
    const found = RegExpPrototypeExec(leadingScheme, withoutTabs(value));
    if (found === null) return;
    const scheme = StringPrototypeToLowerCase(found[1]);
    const kind = kindOfScheme(scheme);
    if ((kind === 0) !== (parts.kind === 0)) return;
    if (kind === kFile && (hasCredentials(parts) || parts.port !== '')) return;
    if (parts.kind === kFile && parts.host === '') return;
    parts.scheme = scheme;
    parts.kind = kind;
    if (parts.port === `${defaultPorts[kind]}`) parts.port = '';
  },

  username(parts, value) {
    if (mayHaveCredentials(parts)) parts.username = encoded(value, kUserinfoSet);
  },

  password(parts, value) {
    if (mayHaveCredentials(parts)) parts.password = encoded(value, kUserinfoSet);
  },

  host(parts, value) { setHost(parts, value, true); },

  hostname(parts, value) { setHost(parts, value, false); },

  port(parts, value) {
    if (!mayHaveCredentials(parts)) return;
    parts.port = value === '' ? '' : portOf(withoutTabs(value), parts.kind) ?? parts.port;
  },

  pathname(parts, value) {
    if (parts.isOpaque) return;
    const text = withoutTabs(value);
    if (text === '' && parts.kind === 0) {
      // Nothing at all would make the URL without a host opaque.
      parts.path = parts.host === null ? '/' : '';
      return;
    }
    const draft = newDraft(text);
    draft.kind = parts.kind;
    parsePath(draft, 0, 0);
    parts.path = finish(draft);
  },

  search(parts, value) {
    const text = StringPrototypeStartsWith(value, '?') ? sub(value, 1, value.length) : value;
    parts.query = value === '' ? null : queryText(text, parts.kind);
  },

  hash(parts, value) {
    const text = StringPrototypeStartsWith(value, '#') ? sub(value, 1, value.length) : value;
    parts.fragment = value === '' ? null : encoded(withoutTabs(text), kFragmentSet);
  },
};

/// The record after setting the part `name` to a string.
function withPart(record, name, value) {
  const parts = partsOf(record);
  setters[name](parts, value);
  return recordFrom(parts);
}

/// The record with a query that is encoded already, or null for none.
function withQuery(record, query) {
  const parts = partsOf(record);
  parts.query = query;
  return recordFrom(parts);
}

/// The host that a URL with a special scheme has after its hostname was set to `text`; '' when that is not valid.
function hostnameFrom(text) {
  const parts = { kind: kindOfScheme('ws'), isOpaque: false, username: '', password: '', host: '', port: '' };
  setHost(parts, text, false);
  return parts.host;
}

module.exports = { hostnameFrom, partsOf, queryText, recordFrom, setters, withPart, withQuery };
