// Text for the URL parser. A result is mostly a copy of the input, so a draft keeps the input and copies runs of it between
// replacements; an input that is normal already is its own result.
'use strict';

const {
  Int32Array, NumberPrototypeToString, ReflectApply, StringPrototypeReplaceAll, StringPrototypeToUpperCase, bareArray, textMethods,
} = primordials;

// What a code unit below 128 is, as a sum. First the percent-encode sets of the URL Standard (1.3)...
const kC0Set = 1 << 0;
const kFragmentSet = 1 << 1;
const kQuerySet = 1 << 2;
const kSpecialQuerySet = 1 << 3;
const kPathSet = 1 << 4;
const kUserinfoSet = 1 << 5;
// ...then what the parser asks.
const kForbiddenHost = 1 << 6;
const kForbiddenDomain = 1 << 7;
const kTabOrNewline = 1 << 8;                    // removed from any input
const kSchemeCode = 1 << 9;
const kLetter = 1 << 10;
const kUpper = 1 << 11;
const kDigit = 1 << 12;
const kEndsPath = 1 << 13;                       // ? #
const kEndsQuery = 1 << 14;                      // #
const kSlash = 1 << 15;
const kBackslash = 1 << 16;
const kHostMark = 1 << 17;                       // @ : [ ]
const kFormSet = 1 << 18;                        // application/x-www-form-urlencoded, without the space
const kSpace = 1 << 19;
const kFilePathSet = 1 << 20;                    // in the path that a file's name becomes
const kNonAscii = 1 << 21;                       // every code unit that is not in the table

const classes = new Int32Array(128);

/// text[from, to) and text[i]: calls that no program can intercept.
const sub = (text, from, to) => ReflectApply(textMethods.slice, text, [from, to]);
const codeAt = (text, i) => ReflectApply(textMethods.charCodeAt, text, [i]);

function classify(kinds, text) {
  for (let i = 0; i < text.length; i++) classes[codeAt(text, i)] |= kinds;
}
const kAllSets = kC0Set | kFragmentSet | kQuerySet | kSpecialQuerySet | kPathSet | kUserinfoSet;
for (let c = 0; c < 128; c++) if (c < 0x20 || c === 0x7f) classes[c] = kAllSets | kFormSet | kFilePathSet | kForbiddenDomain;
classify(kFragmentSet, ' "<>`');
classify(kQuerySet | kSpecialQuerySet | kPathSet | kUserinfoSet, ' "#<>');
classify(kSpecialQuerySet, "'");
classify(kPathSet | kUserinfoSet, '?^`{}');
classify(kUserinfoSet, '/:;=@[\\]|');
classify(kForbiddenHost | kForbiddenDomain, '\0\t\n\r #/:<>?@[\\]^|');
classify(kForbiddenDomain, '%');
classify(kFormSet, '!"#$%&\'()+,/:;<=>?@[\\]^`{|}~');
classify(kFilePathSet, ' "#%<>?[\\]^`{|}~');
classify(kSpace, ' ');
classify(kTabOrNewline, '\t\n\r');
classify(kSchemeCode, '+-.');
classify(kSchemeCode | kDigit, '0123456789');
classify(kSchemeCode | kLetter, 'abcdefghijklmnopqrstuvwxyz');
classify(kSchemeCode | kLetter | kUpper, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
classify(kEndsPath, '?#');
classify(kEndsQuery, '#');
classify(kSlash, '/');
classify(kBackslash, '\\');
classify(kHostMark, '@:[]');

// '%00' to '%FF'
const percent = bareArray();
for (let byte = 0; byte < 256; byte++) {
  percent[byte] = `%${byte < 16 ? '0' : ''}${StringPrototypeToUpperCase(NumberPrototypeToString(byte, 16))}`;
}

/// The percent-encoded UTF-8 of a code point; a lone surrogate gives that of U+FFFD.
function percentEncoded(point) {
  if (point < 0x80) return percent[point];
  if (point < 0x800) return percent[0xc0 | (point >> 6)] + percent[0x80 | (point & 0x3f)];
  if (point >= 0xd800 && point <= 0xdfff) return '%EF%BF%BD';
  const tail = percent[0x80 | ((point >> 6) & 0x3f)] + percent[0x80 | (point & 0x3f)];
  if (point < 0x10000) return percent[0xe0 | (point >> 12)] + tail;
  return percent[0xf0 | (point >> 18)] + percent[0x80 | ((point >> 12) & 0x3f)] + tail;
}

const wellFormed = (text) => ReflectApply(textMethods.toWellFormed, text, []);

/// Well-formed first: two halves of a surrogate pair that a newline keeps apart must not become a character.
function withoutTabs(text) {
  text = StringPrototypeReplaceAll(wellFormed(text), '\t', '');
  return StringPrototypeReplaceAll(StringPrototypeReplaceAll(text, '\n', ''), '\r', '');
}

// ---- drafts -------------------------------------------------------------------------------------------------------

/// A draft of `text`. `out` is the result as far as it differs from the text; the text from `mark` on is not copied yet, and comes to
/// stand `shift` further right. `seen` collects the classes of all that was scanned. The middle row is what a scan found; the rest becomes
/// the record, see url_parser.js.
const newDraft = (text) => ({
  text, out: '', mark: 0, shift: 0, seen: 0,
  slashesEnd: 0, twoSlashes: false, at: -1, colon: -1, firstColon: -1, userSeen: 0, hostSeen: 0,
  kind: 0, isOpaque: false, hasHost: false, schemeEnd: 0, userEnd: 0, passwordEnd: 0, hostStart: 0, hostEnd: 0, pathStart: 0, path: null,
  searchStart: 0, hashStart: 0,
});

/// The same in a draft that was used before.
function restart(draft, text) {
  draft.text = text;
  draft.out = '';
  draft.mark = draft.shift = draft.seen = 0;
  draft.isOpaque = draft.hasHost = false;
  draft.kind = draft.schemeEnd = draft.userEnd = draft.passwordEnd = draft.hostStart = draft.hostEnd = draft.pathStart = 0;
  draft.path = null;
  return draft;
}

/// Makes `out` the result so far; the text goes on at `from`.
function begin(draft, out, from) {
  draft.out = out;
  draft.mark = from;
  draft.shift = out.length - from;
}

/// Where in the result text[i], or its replacement, comes to stand.
const position = (draft, i) => i + draft.shift;

// The methods below read and copy the text, which they get as `this`. A call through `super` is the one way to do that both fast and out
// of a program's reach: it finds charCodeAt() and slice() on an object of ours. So the parser is a chain of such objects, each calling
// methods of those before it, up to the one that parseURL() enters.
const copies = {
  __proto__: textMethods,

  /// The result up to text[to]. Nothing is joined to nothing: to the engine that would be one more string.
  outTo(draft, to) {
    const { out, mark } = draft;
    if (mark === to) return out;
    const run = super.slice(mark, to);
    return out === '' ? run : out + run;
  },
};

const edits = {
  __proto__: copies,

  /// Puts `by` in place of text[from, to). Replacements come in order.
  replace(draft, from, to, by) {
    const out = super.outTo(draft, from);
    draft.out = by === '' ? out : out + by;
    draft.mark = to;
    draft.shift += by.length - (to - from);
  },

  /// The whole result.
  finish(draft) { return super.outTo(draft, this.length); },
};

const encoding = {
  __proto__: edits,

  /// Percent-encodes what is in `set` from text[from] on, up to `to` or to the first code unit of a class in `stops`. Returns its end.
  encode(draft, from, to, set, stops) {
    const flagged = set | stops;
    let seen = 0;
    let i = from;
    for (; i < to; i++) {
      const c = super.charCodeAt(i);
      if (c < 128) {
        const kinds = classes[c];
        if ((kinds & flagged) !== 0) {
          if ((kinds & stops) !== 0) break;
          super.replace(draft, i, i + 1, percent[c]);
        }
        seen |= kinds;
      } else {
        const low = c >= 0xd800 && c <= 0xdbff && i + 1 < to ? super.charCodeAt(i + 1) : 0;
        const isPair = low >= 0xdc00 && low <= 0xdfff;
        const point = isPair ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00) : c;
        super.replace(draft, i, i + (isPair ? 2 : 1), percentEncoded(point));
        if (isPair) i++;
      }
    }
    draft.seen |= seen;
    return i;
  },

  /// The classes of all code units.
  classes() {
    let seen = 0;
    for (let i = 0; i < this.length; i++) {
      const c = super.charCodeAt(i);
      seen |= c < 128 ? classes[c] : kNonAscii;
    }
    return seen;
  },
};

const encode = (draft, from, to, set, stops) => ReflectApply(encoding.encode, draft.text, [draft, from, to, set, stops]);
const finish = (draft) => ReflectApply(edits.finish, draft.text, [draft]);

/// The UTF-8 percent-encoding of a whole text.
function encoded(text, set) {
  const draft = newDraft(text);
  encode(draft, 0, text.length, set, 0);
  return finish(draft);
}

module.exports = {
  begin, classes, codeAt, encode, encoded, encoding, finish, newDraft, position, restart, sub, wellFormed, withoutTabs,
  classesOf: (text) => ReflectApply(encoding.classes, text, []),
  replace: (draft, from, to, by) => ReflectApply(edits.replace, draft.text, [draft, from, to, by]),
  kBackslash, kC0Set, kDigit, kEndsPath, kEndsQuery, kFilePathSet, kForbiddenDomain, kForbiddenHost, kFormSet, kFragmentSet, kHostMark,
  kLetter, kNonAscii, kPathSet, kQuerySet, kSchemeCode, kSlash, kSpace, kSpecialQuerySet, kTabOrNewline, kUpper, kUserinfoSet,
};
