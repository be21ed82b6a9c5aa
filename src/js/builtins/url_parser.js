// The URL parser (URL Standard, 4.4) without its state machine: from left to right, each part is found, checked and, where it is not normal
// yet, rewritten. What only setters need is in url_setters.js.
//
// A URL is kept as a record: its text, `href`, and where the parts of it are.
//
//   https://user:password@host:8080/path?query#fragment
//         ^schemeEnd     |    |    ^    ^     ^hashStart   (the end of href without a fragment)
//               ^userEnd |    |    |    ^searchStart       (hashStart without a query)
//           passwordEnd^ |    |    ^pathStart
//                        |    ^hostEnd
//                        ^hostStart
//
// `hasHost` is false when there is no `//`; should the path begin with two slashes then, `/.` stands before it, left of pathStart.
// `isOpaque` says that the path is no list of segments, as in `mailto:x`. `kind` is the number of the scheme (url_schemes.js). `path` is
// the path when that was rewritten, else null.
'use strict';

const { ReflectApply, StringPrototypeStartsWith, StringPrototypeToLowerCase } = primordials;
const {
  begin, classes, codeAt, encode, newDraft, position, replace, restart, sub, withoutTabs,
  kC0Set, kEndsPath, kEndsQuery, kFragmentSet, kLetter, kQuerySet, kSchemeCode, kSpecialQuerySet, kTabOrNewline, kUpper,
} = require('url_text');
const { authorityParser, parseHost } = require('url_host');
const { parsePath, startsWithDriveLetter, withoutLastSegment } = require('url_path');
const { addLetter, kFile, kindOfSum } = require('url_schemes');

const kHash = 35, kSlash = 47, kColon = 58, kQuestion = 63, kBackslash = 92;

// ---- methods of the text, see url_text.js -------------------------------------------------------------------------

const endParser = {
  __proto__: authorityParser,

  /// Parses query and fragment: text[from] is a question mark, a hash or the end.
  searchAndHash(draft, from) {
    const { length } = this;
    let i = from;
    draft.searchStart = position(draft, i);
    if (i < length && super.charCodeAt(i) === kQuestion) {
      i = super.encode(draft, i + 1, length, draft.kind === 0 ? kQuerySet : kSpecialQuerySet, kEndsQuery);
    }
    draft.hashStart = position(draft, i);
    if (i < length) super.encode(draft, i + 1, length, kFragmentSet, 0);
    return true;
  },

  /// The length of the scheme with its colon, or 0. `draft.slashesEnd` is where the slashes end that follow, of either kind;
  /// `draft.twoSlashes` says whether the first two of them are no backslashes.
  scheme(draft) {
    const { length } = this;
    let seen = 0, every = kLetter, sum = 0;
    let i = 0;
    for (; i < length; i++) {
      const c = super.charCodeAt(i);
      const kinds = c < 128 ? classes[c] : 0;
      if ((kinds & kSchemeCode) === 0) {
        if (c !== kColon) return 0;
        break;
      }
      if (i === 0 && (kinds & kLetter) === 0) return 0;
      seen |= kinds;
      every &= kinds;
      sum = addLetter(sum, c);
    }
    if (i === 0 || i === length) return 0;
    draft.seen = seen;
    draft.kind = i <= 5 && every !== 0 ? kindOfSum(sum) : 0;
    let end = i + 1, forward = 0;
    for (; end < length; end++) {
      const c = super.charCodeAt(end);
      if (c === kSlash && forward === end - i - 1) forward++;
      else if (c !== kSlash && c !== kBackslash) break;
    }
    draft.slashesEnd = end;
    draft.twoSlashes = forward >= 2;
    return i + 1;
  },
};

const hostParser = {
  __proto__: endParser,

  /// Parses everything behind the two slashes; false when it is not valid.
  fromAuthority(draft, from) {
    let i = super.authority(draft, from);
    if (i < 0) return false;
    draft.pathStart = position(draft, i);
    if (draft.kind !== 0 || (i < this.length && super.charCodeAt(i) === kSlash)) i = super.path(draft, i, kEndsPath);
    return super.searchAndHash(draft, i);
  },
};

const urlParser = {
  __proto__: hostParser,

  /// Whether the text is a URL. The usual ones, with a host, are parsed without leaving the chain.
  url(draft, base) {
    const { length } = this;
    // Spaces and controls at the ends do not belong to it; see parseURL().
    if (length > 0 && (super.charCodeAt(0) <= 32 || super.charCodeAt(length - 1) <= 32)) return false;
    const schemeEnd = super.scheme(draft);
    if (schemeEnd === 0) return parseWithoutScheme(draft, base);
    const { kind, slashesEnd, twoSlashes } = draft;
    if ((draft.seen & kUpper) !== 0) super.replace(draft, 0, schemeEnd, StringPrototypeToLowerCase(super.slice(0, schemeEnd)));
    draft.schemeEnd = schemeEnd;
    if (kind === kFile) return parseFile(draft, base, schemeEnd);
    if (kind === 0) return twoSlashes ? super.fromAuthority(draft, schemeEnd + 2) : parseWithoutHost(draft);
    if (!twoSlashes && base !== null && base.kind === kind) return parseRelative(draft, base, schemeEnd);
    // Any number of slashes will do, even none.
    if (!twoSlashes || slashesEnd !== schemeEnd + 2) super.replace(draft, schemeEnd, slashesEnd, '//');
    return super.fromAuthority(draft, slashesEnd);
  },
};

const parseSearchAndHash = (draft, from) => ReflectApply(endParser.searchAndHash, draft.text, [draft, from]);
const parseFromAuthority = (draft, from) => ReflectApply(hostParser.fromAuthority, draft.text, [draft, from]);

// ---- from the path on ---------------------------------------------------------------------------------------------

function parseFromPath(draft, from) {
  const end = parsePath(draft, from, kEndsPath);
  if (!draft.hasHost) {
    const head = draft.out + sub(draft.text, draft.mark, end);
    if (StringPrototypeStartsWith(head, '//', draft.pathStart)) {
      // Read again, it would be a host.
      begin(draft, `${sub(head, 0, draft.pathStart)}/.${sub(head, draft.pathStart, head.length)}`, end);
      draft.pathStart += 2;
    }
  }
  return parseSearchAndHash(draft, end);
}

function parseOpaquePath(draft, from) {
  const { text } = draft;
  draft.isOpaque = true;
  draft.pathStart = position(draft, from);
  const end = encode(draft, from, text.length, kC0Set, kEndsPath);
  // A space at the end would be lost as soon as a setter removes what follows.
  if (end < text.length && end > from && codeAt(text, end - 1) === 32) replace(draft, end - 1, end, '%20');
  return parseSearchAndHash(draft, end);
}

// The scheme is no special one, and no two slashes follow.
function parseWithoutHost(draft) {
  const { text, schemeEnd } = draft;
  if (schemeEnd === text.length || codeAt(text, schemeEnd) !== kSlash) return parseOpaquePath(draft, schemeEnd);
  draft.pathStart = schemeEnd;
  return parseFromPath(draft, schemeEnd);
}

// ---- relative to a base -------------------------------------------------------------------------------------------

// The result begins like the base up to `length`; the text goes on at `from`.
function takeFromBase(draft, base, length, from) {
  begin(draft, sub(base.href, 0, length), from);
  draft.kind = base.kind;
  draft.isOpaque = base.isOpaque;
  draft.hasHost = base.hasHost;
  draft.schemeEnd = base.schemeEnd;
  draft.userEnd = base.userEnd;
  draft.passwordEnd = base.passwordEnd;
  draft.hostStart = base.hostStart;
  draft.hostEnd = base.hostEnd;
  draft.pathStart = base.pathStart;
}

function takeFromBaseToPath(draft, base, from) {
  const length = base.hasHost ? base.pathStart : base.schemeEnd;
  takeFromBase(draft, base, length, from);
  draft.pathStart = length;
}

// The text has no path: `?query`, `#fragment` or nothing.
function parseWithPathOfBase(draft, base, from, code) {
  if (code === kQuestion) {
    takeFromBase(draft, base, base.searchStart, from);
    return parseSearchAndHash(draft, from);
  }
  takeFromBase(draft, base, base.hashStart, from);
  draft.searchStart = base.searchStart;
  draft.hashStart = base.hashStart;
  if (code === kHash) encode(draft, from + 1, draft.text.length, kFragmentSet, 0);
  return true;
}

// The text's path begins where the last segment of the base's does.
function parseBesideBase(draft, base, from) {
  takeFromBaseToPath(draft, base, from);
  const { href, pathStart, searchStart } = base;
  // Without a host `/.` may stand before the path; that is not taken.
  const before = draft.pathStart === pathStart ? sub(href, 0, searchStart) : draft.out + sub(href, pathStart, searchStart);
  begin(draft, withoutLastSegment(before, draft.pathStart, base.kind), from);
  return parseFromPath(draft, from);
}

function parseRelative(draft, base, from) {
  const { text } = draft;
  const isSlashAt = (i) => {
    const c = i < text.length ? codeAt(text, i) : -1;
    return c === kSlash || (c === kBackslash && base.kind !== 0);
  };
  if (!isSlashAt(from)) {
    const code = from < text.length ? codeAt(text, from) : -1;
    const hasPath = code !== kQuestion && code !== kHash && code !== -1;
    return hasPath ? parseBesideBase(draft, base, from) : parseWithPathOfBase(draft, base, from, code);
  }
  if (!isSlashAt(from + 1)) {
    takeFromBaseToPath(draft, base, from);
    return parseFromPath(draft, from);
  }
  let i = from + 2;
  if (base.kind !== 0) while (isSlashAt(i)) i++;
  draft.kind = base.kind;
  draft.schemeEnd = base.schemeEnd;
  begin(draft, `${sub(base.href, 0, base.schemeEnd)}//`, i);
  return parseFromAuthority(draft, i);
}

// ---- file URLs ----------------------------------------------------------------------------------------------------

function parseFileHost(draft, from) {
  const { text } = draft;
  let end = from;
  for (; end < text.length; end++) {
    const c = codeAt(text, end);
    if (c === kSlash || c === kBackslash || c === kQuestion || c === kHash) break;
  }
  // A drive letter where the host belongs is the beginning of the path.
  if (end - from === 2 && startsWithDriveLetter(text, from)) end = from;
  draft.userEnd = draft.passwordEnd = draft.hostStart = position(draft, from);
  if (end > from) {
    const found = sub(text, from, end);
    const host = parseHost(found, kFile);
    if (host === null) return false;
    if (host === 'localhost') replace(draft, from, end, '');
    else if (host !== found) replace(draft, from, end, host);
  }
  draft.hostEnd = draft.pathStart = position(draft, end);
  return parseFromPath(draft, end);
}

// From text[from], behind the scheme if there is one. Whatever the slashes, the result begins with `file://`.
function parseFile(draft, base, from) {
  const { text } = draft;
  const isSlashAt = (i) => i < text.length && (codeAt(text, i) === kSlash || codeAt(text, i) === kBackslash);
  const isAbsolute = isSlashAt(from);
  draft.kind = kFile;
  draft.hasHost = true;
  draft.schemeEnd = 5;
  if (isAbsolute && isSlashAt(from + 1)) {
    if (!StringPrototypeStartsWith(text, 'file://')) begin(draft, 'file://', from + 2);
    return parseFileHost(draft, from + 2);
  }
  if (base === null || base.kind !== kFile) {
    begin(draft, 'file://', from);
    draft.userEnd = draft.passwordEnd = draft.hostStart = draft.hostEnd = draft.pathStart = 7;
    return parseFromPath(draft, from);
  }
  if (!isAbsolute) {
    const code = from < text.length ? codeAt(text, from) : -1;
    if (code === kQuestion || code === kHash || code === -1) return parseWithPathOfBase(draft, base, from, code);
    if (!startsWithDriveLetter(text, from)) return parseBesideBase(draft, base, from);
  }
  takeFromBaseToPath(draft, base, from);
  // An absolute path stays on the drive of the base.
  if (isAbsolute && !startsWithDriveLetter(text, from + 1) && startsWithDriveLetter(base.href, base.pathStart + 1)) {
    begin(draft, sub(base.href, 0, base.pathStart + 3), from);
  }
  return parseFromPath(draft, from);
}

// ---- the whole ----------------------------------------------------------------------------------------------------

function parseWithoutScheme(draft, base) {
  if (base === null) return false;
  if (base.isOpaque) return draft.text !== '' && codeAt(draft.text, 0) === kHash && parseWithPathOfBase(draft, base, 0, kHash);
  return base.kind === kFile ? parseFile(draft, base, 0) : parseRelative(draft, base, 0);
}

function trimmed(text) {
  let from = 0, to = text.length;
  while (from < to && codeAt(text, from) <= 32) from++;
  while (from < to && codeAt(text, to - 1) <= 32) to--;
  return sub(text, from, to);
}

const recordParser = {
  __proto__: urlParser,

  /// The record of the text as a URL, or null.
  record(draft, base) {
    return !super.url(draft, base) ? null : {
      href: super.finish(draft), kind: draft.kind, isOpaque: draft.isOpaque, hasHost: draft.hasHost, schemeEnd: draft.schemeEnd,
      userEnd: draft.userEnd, passwordEnd: draft.passwordEnd, hostStart: draft.hostStart, hostEnd: draft.hostEnd,
      pathStart: draft.pathStart, path: draft.path, searchStart: draft.searchStart, hashStart: draft.hashStart,
    };
  },
};

// No program runs while a text is parsed, so one draft serves all.
const draft = newDraft('');
const attempt = (text, base) => ReflectApply(recordParser.record, text, [restart(draft, text), base]);

/// The record of `text` as a URL, against the record of a base or null; null when it is no URL.
function parseURL(text, base) {
  let record = attempt(text, base);
  // What does not belong to a URL at all is rare, and whatever is valid has been seen: so that is taken out only now.
  if (record === null || (draft.seen & kTabOrNewline) !== 0) {
    const clean = withoutTabs(trimmed(text));
    if (clean !== text) record = attempt(clean, base);
  }
  draft.text = draft.out = '';                   // which may be large
  draft.path = null;
  return record;
}

module.exports = { parseURL };
