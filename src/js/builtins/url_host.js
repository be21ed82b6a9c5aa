// Hosts and authorities (URL Standard, 3 and 4.4): what stands between `//` and the path.
'use strict';

const { ReflectApply, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeToLowerCase, decodeURIComponent } = primordials;
const {
  classes, classesOf, codeAt, encoded, position, sub,
  kBackslash, kC0Set, kDigit, kEndsPath, kForbiddenDomain, kForbiddenHost, kHostMark, kNonAscii, kSlash, kUpper, kUserinfoSet,
} = require('url_text');
const { pathParser } = require('url_path');
const { defaultPorts } = require('url_schemes');
const { endsInNumber, parseIPv4, parseIPv6, serializeIPv6 } = require('url_ip');

/// A domain in the form of the DNS, or null. ASCII stays as it is but for its case, as the web has it; the rest is for ICU.
function parseDomain(domain, seen) {
  if ((seen & (kForbiddenDomain | kNonAscii)) !== 0 && StringPrototypeIncludes(domain, '%')) {
    // What is no UTF-8 would become U+FFFD, and a percent sign that means nothing stay: neither can be in a domain.
    try { domain = decodeURIComponent(domain); } catch { return null; }
    seen = classesOf(domain);
  }
  if ((seen & kNonAscii) !== 0) {
    domain = native.domainToASCII(domain);
    if (domain === undefined) return null;
    seen = classesOf(domain);
  }
  if (domain === '' || (seen & kForbiddenDomain) !== 0) return null;
  if ((seen & kUpper) !== 0) domain = StringPrototypeToLowerCase(domain);
  return (seen & kDigit) !== 0 && endsInNumber(domain) ? parseIPv4(domain) : domain;
}

/// The host that `text` means in a URL of this kind, or null; `seen` are the classes in it.
function parseHost(text, kind, seen = classesOf(text)) {
  if (text !== '' && codeAt(text, 0) === 91) {                     // [
    const pieces = StringPrototypeEndsWith(text, ']') ? parseIPv6(sub(text, 1, text.length - 1)) : null;
    return pieces === null ? null : `[${serializeIPv6(pieces)}]`;
  }
  if (kind !== 0) return parseDomain(text, seen);
  return (seen & kForbiddenHost) !== 0 ? null : encoded(text, kC0Set);
}

// Methods of the text, see url_text.js.
const authorityScans = {
  __proto__: pathParser,

  /// The number that the digits in text[from, to) mean, or -1 when there is something else or more than 65535.
  port(from, to) {
    let port = 0;
    for (let i = from; i < to; i++) {
      const digit = super.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return -1;
      port = port * 10 + digit;
      if (port > 65535) return -1;
    }
    return port;
  },

  /// Finds the end of an authority and its marks: `draft.at` is the last @, `draft.colon` the colon before the port, `draft.firstColon`
  /// the first of all, each -1 without one; `draft.userSeen` are the classes of the credentials without that first colon, `draft.hostSeen`
  /// those of the host.
  findAuthority(draft, from) {
    const { length } = this;
    const stops = kEndsPath | kSlash | (draft.kind === 0 ? 0 : kBackslash);
    let at = -1, colon = -1, firstColon = -1, userSeen = 0, seen = 0, hostSeen = 0, inBrackets = false;
    let i = from;
    for (; i < length; i++) {
      const c = super.charCodeAt(i);
      const kinds = c < 128 ? classes[c] : kNonAscii;
      if ((kinds & (stops | kHostMark)) !== 0) {
        if ((kinds & stops) !== 0) break;
        if (c === 58) {                                            // :
          if (!inBrackets && colon < 0) {
            colon = i;
            hostSeen = seen;
          }
          if (firstColon < 0) {
            firstColon = i;
            continue;
          }
        } else if (c === 64) {                                     // @
          userSeen |= seen | (at < 0 ? 0 : kinds);                 // an earlier @ is part of them
          at = i;
          colon = -1;
          seen = 0;
          inBrackets = false;
          continue;
        } else {
          inBrackets = c === 91;                                   // [
        }
      }
      seen |= kinds;
    }
    draft.seen |= userSeen | seen;
    draft.userSeen = userSeen;
    draft.hostSeen = colon < 0 ? seen : hostSeen;
    draft.at = at;
    draft.colon = colon;
    draft.firstColon = firstColon;
    return i;
  },
};

const authorityParser = {
  __proto__: authorityScans,

  /// Parses what follows `//` up to the path; its end, or -1 when there is no valid host or port.
  authority(draft, from) {
    const end = super.findAuthority(draft, from);
    const { at, colon, firstColon, hostSeen, kind } = draft;
    const hostFrom = at < 0 ? from : at + 1;
    const hostTo = colon < 0 ? end : colon;
    // Without a host there is nobody to log in to and no port; a special scheme always names a host.
    if (hostFrom === hostTo && (at >= 0 || colon >= 0 || kind !== 0)) return -1;

    draft.hasHost = true;
    draft.userEnd = draft.passwordEnd = position(draft, from);
    if (at >= 0) {
      // user:password@, without what is empty
      const start = position(draft, from);
      const separator = firstColon >= 0 && firstColon < at ? firstColon : at;
      const isEncoded = (draft.userSeen & (kUserinfoSet | kNonAscii)) === 0;
      if (!isEncoded) super.encode(draft, from, separator, kUserinfoSet, 0);
      draft.userEnd = position(draft, separator);
      if (separator + 1 === at) super.replace(draft, separator, at, '');
      else if (separator < at && !isEncoded) super.encode(draft, separator + 1, at, kUserinfoSet, 0);
      draft.passwordEnd = position(draft, at);
      if (draft.passwordEnd === start) super.replace(draft, at, at + 1, '');
    }

    draft.hostStart = position(draft, hostFrom);
    const unusual = kind !== 0 ? kForbiddenDomain | kUpper | kDigit | kNonAscii : kForbiddenHost | kC0Set | kNonAscii;
    if ((hostSeen & unusual) !== 0) {
      const text = super.slice(hostFrom, hostTo);
      const host = parseHost(text, kind, hostSeen);
      if (host === null) return -1;
      if (host !== text) super.replace(draft, hostFrom, hostTo, host);
    }
    draft.hostEnd = position(draft, hostTo);

    if (colon >= 0) {
      // :port, without one that goes without saying
      const port = super.port(colon + 1, end);
      if (port < 0) return -1;
      if (end === colon + 1 || port === defaultPorts[kind]) super.replace(draft, colon, end, '');
      else if (end - colon > 2 && super.charCodeAt(colon + 1) === 48) super.replace(draft, colon + 1, end, `${port}`);
    }
    return end;
  },
};

module.exports = {
  authorityParser, parseHost,
  parseAuthority: (draft, from) => ReflectApply(authorityParser.authority, draft.text, [draft, from]),
};
