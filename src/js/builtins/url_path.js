// Paths of URLs (URL Standard, 4.4: path state): dot segments, percent-encoding, and the drive letters of file URLs.
'use strict';

const { Int32Array, MathMax, ReflectApply, RegExpPrototypeExec, StringPrototypeLastIndexOf, TypedArrayPrototypeSet } = primordials;
const { begin, classes, encoding, position, sub, kBackslash, kNonAscii, kPathSet, kSlash } = require('url_text');
const { kFile } = require('url_schemes');

const normalDriveLetter = /^[a-zA-Z]:$/;
const leadingDriveLetter = /^[a-zA-Z][:|](?:$|[/\\?#])/;

/// Whether a path that begins at text[i] begins with a drive letter.
const startsWithDriveLetter = (text, i) => RegExpPrototypeExec(leadingDriveLetter, sub(text, i, i + 3)) !== null;

/// `href` without the last segment of the path it ends with; a drive letter stays.
function withoutLastSegment(href, pathStart, kind) {
  if (href.length === pathStart) return href;
  if (kind === kFile && RegExpPrototypeExec(normalDriveLetter, sub(href, pathStart + 1, href.length)) !== null) return href;
  return sub(href, 0, MathMax(StringPrototypeLastIndexOf(href, '/'), pathStart));
}

// The segments that stay of the path at hand, so far: where each begins and ends in the text. The length is kept apart, since programs
// can replace its getter.
let keptLength = 64;
let kept = new Int32Array(keptLength);

function keep(n, from, to) {
  if (n === keptLength) {
    keptLength *= 2;
    const longer = new Int32Array(keptLength);
    TypedArrayPrototypeSet(longer, kept);
    kept = longer;
  }
  kept[n] = from;
  kept[n + 1] = to;
  return n + 2;
}

// One step up: of the `n` numbers kept, how many stay. Without any, the step goes on in the path of the base that `draft.out` ends with.
function stepUp(draft, from, n) {
  if (n > 2) return n - 2;
  if (n === 2) {
    const isDrive = draft.kind === kFile && position(draft, from) === draft.pathStart && startsWithDriveLetter(draft.text, kept[0]);
    return isDrive ? 2 : 0;
  }
  if (position(draft, from) > draft.pathStart) begin(draft, withoutLastSegment(draft.out, draft.pathStart, draft.kind), from);
  return 0;
}

// Methods of the text, see url_text.js.
const rewriting = {
  __proto__: encoding,

  /// Replaces the path text[from, to) by the `n` numbers of segments kept.
  rewritePath(draft, from, to, n, isEncoded) {
    const isFirst = position(draft, from) === draft.pathStart;     // and does not follow the path of a base
    const head = isFirst ? super.outTo(draft, from) : '';
    if (isFirst) begin(draft, '', from);
    let done = from;
    for (let k = 0; k < n; k += 2) {
      const start = kept[k], end = kept[k + 1];
      if (start > from && super.charCodeAt(start - 1) === 47) {
        if (done < start - 1) super.replace(draft, done, start - 1, '');
      } else {
        super.replace(draft, done, start, '/');
      }
      if (k === 0 && isFirst && end - start === 2 && draft.kind === kFile && startsWithDriveLetter(draft.text, start)) {
        super.replace(draft, start + 1, end, ':');
      } else if (!isEncoded) {
        super.encode(draft, start, end, kPathSet, 0);
      }
      done = end;
    }
    if (done < to) super.replace(draft, done, to, '');
    if (isFirst) {
      // Kept apart: taking it out of the whole would make the engine copy that.
      draft.path = super.outTo(draft, to);
      begin(draft, head + draft.path, to);
    }
  },
};

const pathParser = {
  __proto__: rewriting,

  /// Parses a path from text[from] on, which need not be a slash; its end is the first code unit of a class in `stops`.
  path(draft, from, stops) {
    const { length } = this;
    const { kind } = draft;
    const slashes = kind === 0 ? kSlash : kSlash | kBackslash;
    const ends = stops | slashes;
    let n = 0, seen = 0, hasSteps = false, start = from, i = from;
    for (;;) {
      // The dots that the segment begins with, in any spelling, then the rest of it.
      let dots = 0;
      for (; i < length; i++, dots++) {
        const c = super.charCodeAt(i);
        if (c === 37 && i + 2 < length && super.charCodeAt(i + 1) === 50 && (super.charCodeAt(i + 2) | 32) === 101) i += 2;    // %2e
        else if (c !== 46) break;                                  // .
      }
      const rest = i;
      let kinds = 0;
      for (; i < length; i++) {
        const c = super.charCodeAt(i);
        kinds = c < 128 ? classes[c] : kNonAscii;
        if ((kinds & ends) !== 0) break;
        seen |= kinds;
      }
      const isEnd = i === length || (kinds & stops) !== 0;
      if (i === rest && (dots === 1 || dots === 2)) {
        hasSteps = true;
        if (dots === 2) n = stepUp(draft, from, n);
        if (isEnd) n = keep(n, i, i);                              // a path never ends with a step, but with the slash before it
      } else if (i > from || isEnd) {                              // else this is the slash that leads the path
        n = keep(n, start, i);
      }
      if (isEnd) break;
      seen |= kinds;
      start = ++i;
    }
    draft.seen |= seen;
    const isEncoded = (seen & (kPathSet | kNonAscii)) === 0;
    const mayHaveBar = kind === kFile && super.charCodeAt(from + 2) === 124;    // `C|` becomes `C:`
    const isNormal = isEncoded && !hasSteps && !mayHaveBar && (seen & slashes & kBackslash) === 0 && from < length &&
      super.charCodeAt(from) === 47;
    if (!isNormal) super.rewritePath(draft, from, i, n, isEncoded);
    return i;
  },
};

const parsePath = (draft, from, stops) => ReflectApply(pathParser.path, draft.text, [draft, from, stops]);

module.exports = { parsePath, pathParser, startsWithDriveLetter, withoutLastSegment };
