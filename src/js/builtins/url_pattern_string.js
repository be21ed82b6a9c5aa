// A URL pattern written like a URL is cut into its components (URL Pattern Standard, 1.6, "parse a constructor string"). Which characters cut,
// the tokens say: those within groups do not.
'use strict';

const { sub } = require('url_text');
const {
  tokenize, kAsterisk, kChar, kClose, kEnd, kEscapedChar, kInvalidChar, kName, kOpen, kRegExp,
} = require('url_pattern_tokens');
const { compile, defaults } = require('url_pattern_parts');
const { canonical, matchesSpecial } = require('url_pattern_canonical');

// The states, in the order of a URL. What they are called is what their text is kept as.
const kInit = 0, kProtocol = 1, kAuthority = 2, kUsername = 3, kPassword = 4, kHostname = 5, kPort = 6, kPathname = 7, kSearch = 8, kHash = 9;
const keys = ['', 'protocol', '', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];

/// { protocol, ... hash }: those that are there.
function parseConstructorString(text) {
  const tokens = tokenize(text, true);
  const result = { __proto__: null };
  const last = tokens.length - 1;
  let state = kInit;
  let start = 0; // the token that the component begins with
  let at = 0;
  let step = 1;
  let depth = 0; // of groups in braces
  let brackets = 0; // of an IPv6 address
  let special = false; // the protocol may be one of the special schemes

  const tokenAt = (i) => tokens[i < last ? i : last];
  const isPlain = (i, value) => {
    const token = tokenAt(i);
    return token.value === value && (token.type === kChar || token.type === kEscapedChar || token.type === kInvalidChar);
  };
  const isSearchPrefix = () => {
    if (isPlain(at, '?')) return true;
    if (tokens[at].value !== '?' || tokens[at].type === kEnd) return false;
    if (at === 0) return true;
    const { type } = tokens[at - 1]; // behind a group it is a modifier
    return type !== kName && type !== kRegExp && type !== kClose && type !== kAsterisk;
  };
  const componentText = () => sub(text, tokenAt(start).index, tokens[at].index);
  const changeState = (next, skip) => {
    if (state !== kInit && state !== kAuthority) result[keys[state]] = componentText();
    if (state !== kInit && next <= kHash) {
      // What was skipped is empty, not anything.
      if (state <= kPassword && next >= kPort) result.hostname ??= '';
      if (state <= kPort && next >= kSearch) result.pathname ??= special ? '/' : '';
      if (state <= kPathname && next === kHash) result.search ??= '';
    }
    state = next;
    at += skip;
    start = at;
    step = 0;
  };
  const rewind = (next) => {
    at = start;
    step = 0;
    state = next;
  };
  const cutBehindHost = () => {
    if (isPlain(at, '/')) changeState(kPathname, 0);
    else if (isSearchPrefix()) changeState(kSearch, 1);
    else if (isPlain(at, '#')) changeState(kHash, 1);
  };

  for (; at <= last; at += step) {
    step = 1;
    const { type } = tokens[at];
    if (type === kEnd) {
      if (state === kInit) {
        rewind(kInit);
        if (isPlain(at, '#')) changeState(kHash, 1);
        else if (isSearchPrefix()) changeState(kSearch, 1);
        else changeState(kPathname, 0);
        continue;
      }
      if (state === kAuthority) {
        rewind(kHostname);
        continue;
      }
      changeState(kHash + 1, 0);
      break;
    }
    if (type === kOpen) {
      depth++;
      continue;
    }
    if (depth > 0) {
      if (type !== kClose) continue;
      depth--;
    }
    switch (state) {
      case kInit:
        if (isPlain(at, ':')) rewind(kProtocol);
        break;
      case kProtocol:
        if (isPlain(at, ':')) {
          special = matchesSpecial(compile(componentText(), canonical.protocol, defaults, false).regExp);
          if (isPlain(at + 1, '/') && isPlain(at + 2, '/')) changeState(kAuthority, 3);
          else changeState(special ? kAuthority : kPathname, 1);
        }
        break;
      case kAuthority:
        if (isPlain(at, '@')) rewind(kUsername);
        else if (isPlain(at, '/') || isSearchPrefix() || isPlain(at, '#')) rewind(kHostname);
        break;
      case kUsername:
        if (isPlain(at, ':')) changeState(kPassword, 1);
        else if (isPlain(at, '@')) changeState(kHostname, 1);
        break;
      case kPassword:
        if (isPlain(at, '@')) changeState(kHostname, 1);
        break;
      case kHostname:
        if (isPlain(at, '[')) brackets++;
        else if (isPlain(at, ']')) brackets--;
        else if (isPlain(at, ':') && brackets === 0) changeState(kPort, 1);
        else cutBehindHost();
        break;
      case kPort:
        cutBehindHost();
        break;
      case kPathname:
        if (isSearchPrefix()) changeState(kSearch, 1);
        else if (isPlain(at, '#')) changeState(kHash, 1);
        break;
      case kSearch:
        if (isPlain(at, '#')) changeState(kHash, 1);
        break;
    }
  }
  if (result.hostname !== undefined) result.port ??= '';
  return result;
}

module.exports = { parseConstructorString };
