// The URLs that modules are known by: file URLs and their paths, and the few others. Only what module loading needs, by the rules of the URL
// standard for those schemes.
'use strict';

const {
  NumberPrototypeToString, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf,
  StringPrototypeLastIndexOf, StringPrototypePadStart, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeStartsWith,
  StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeToWellFormed, decodeURIComponent, encodeURIComponent,
} = primordials;
const lazyErrors = () => require('url_errors');

const kFile = 'file://';

// What each part of a URL writes as %XX besides spaces, controls, and what is not ASCII (percent-encode sets). A path that is turned into a
// URL also hides what has a meaning there.
const inFilePath = '"#%<>?[\\]^`{|}~';
const inPath = '"#<>?^`{}';
const inQuery = '"#<>\'';
const inFragment = '"<>`';

function encode(set, text) {
  let result = '';
  let from = 0; // of what is kept as it is
  for (let i = 0; i < text.length; i++) {
    const code = StringPrototypeCharCodeAt(text, i);
    if (code > 0x20 && code < 0x7f && !StringPrototypeIncludes(set, text[i])) continue;
    result += StringPrototypeSlice(text, from, i);
    if (code < 0x80) {
      result += `%${StringPrototypePadStart(StringPrototypeToUpperCase(NumberPrototypeToString(code, 16)), 2, '0')}`;
    } else {
      const isPair = code >= 0xd800 && code < 0xdc00 && i + 1 < text.length && (StringPrototypeCharCodeAt(text, i + 1) & 0xfc00) === 0xdc00;
      const end = isPair ? i + 2 : i + 1;
      result += encodeURIComponent(StringPrototypeToWellFormed(StringPrototypeSlice(text, i, end)));
      i = end - 1;
    }
    from = i + 1;
  }
  return from === 0 ? text : result + StringPrototypeSlice(text, from);
}

/// The URL of an absolute path.
function fileUrl(file) {
  return kFile + encode(inFilePath, file);
}

/// { base, search, hash } of a URL or of what is relative to one.
function splitUrl(url) {
  const hashAt = StringPrototypeIndexOf(url, '#');
  const hash = hashAt === -1 ? '' : StringPrototypeSlice(url, hashAt);
  if (hashAt !== -1) url = StringPrototypeSlice(url, 0, hashAt);
  const searchAt = StringPrototypeIndexOf(url, '?');
  const search = searchAt === -1 ? '' : StringPrototypeSlice(url, searchAt);
  if (searchAt !== -1) url = StringPrototypeSlice(url, 0, searchAt);
  return { base: url, search, hash };
}

const isFileUrl = (url) => StringPrototypeStartsWith(url, kFile);

const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/;
/// The scheme of an absolute URL with its colon, in small letters; '' when it is none.
function schemeOf(text) {
  const found = RegExpPrototypeExec(scheme, text);
  return found === null ? '' : StringPrototypeToLowerCase(found[0]);
}

const singleDot = /^(?:\.|%2e)$/i;
const doubleDot = /^(?:\.|%2e){2}$/i;

// `path`, which begins with a slash or is relative to the directory of `from`, without dots.
function joinPath(path, from) {
  let result = path[0] === '/' ? '' : StringPrototypeSlice(from, 0, StringPrototypeLastIndexOf(from, '/'));
  let rest = path[0] === '/' ? StringPrototypeSlice(path, 1) : path;
  for (;;) {
    const slash = StringPrototypeIndexOf(rest, '/');
    const segment = slash === -1 ? rest : StringPrototypeSlice(rest, 0, slash);
    const isLast = slash === -1;
    if (RegExpPrototypeExec(doubleDot, segment) !== null) {
      const cut = StringPrototypeLastIndexOf(result, '/');
      result = cut === -1 ? '' : StringPrototypeSlice(result, 0, cut);
      if (isLast) return `${result}/`;
    } else if (RegExpPrototypeExec(singleDot, segment) !== null) {
      if (isLast) return `${result}/`;
    } else {
      result += `/${segment}`;
      if (isLast) return result;
    }
    rest = StringPrototypeSlice(rest, slash + 1);
  }
}

const isEdge = (code) => code <= 0x20;
const isBreak = (code) => code === 9 || code === 10 || code === 13;

// Without spaces and controls around it, and tabs and line ends in it.
function clean(text) {
  let start = 0;
  let end = text.length;
  while (start < end && isEdge(StringPrototypeCharCodeAt(text, start))) start++;
  while (end > start && isEdge(StringPrototypeCharCodeAt(text, end - 1))) end--;
  let result = '';
  let from = start;
  for (let i = start; i < end; i++) {
    if (!isBreak(StringPrototypeCharCodeAt(text, i))) continue;
    result += StringPrototypeSlice(text, from, i);
    from = i + 1;
  }
  return result + StringPrototypeSlice(text, from, end);
}

/// A file URL from `text`, which is one or is relative to the file URL `base`. Throws when it names a host.
function resolveFileUrl(text, base) {
  text = clean(text);
  if (StringPrototypeToLowerCase(StringPrototypeSlice(text, 0, 5)) === 'file:') text = StringPrototypeSlice(text, 5);
  const { base: written, search, hash } = splitUrl(text);
  let path = StringPrototypeReplaceAll(written, '\\', '/');
  if (StringPrototypeStartsWith(path, '//')) {
    const end = StringPrototypeIndexOf(path, '/', 2);
    const host = StringPrototypeToLowerCase(end === -1 ? StringPrototypeSlice(path, 2) : StringPrototypeSlice(path, 2, end));
    if (host !== '' && host !== 'localhost') throw new (lazyErrors().ERR_INVALID_FILE_URL_HOST)();
    path = end === -1 ? '/' : StringPrototypeSlice(path, end);
  }
  const from = splitUrl(base);
  const fromPath = StringPrototypeSlice(from.base, kFile.length);
  const fragment = encode(inFragment, hash);
  if (path === '') return kFile + fromPath + (search === '' ? from.search : encode(inQuery, search)) + fragment;
  return kFile + joinPath(encode(inPath, path), fromPath) + encode(inQuery, search) + fragment;
}

const encodedSlash = /%2f/i;

/// The path of a file URL.
function pathOfUrl(url) {
  const { base } = splitUrl(url);
  const path = StringPrototypeSlice(base, kFile.length);
  if (!StringPrototypeIncludes(path, '%')) return path;
  if (RegExpPrototypeExec(encodedSlash, path) !== null) throw new (lazyErrors().ERR_INVALID_FILE_URL_PATH)('must not include encoded / characters');
  return decodeURIComponent(path);
}

module.exports = { clean, fileUrl, isFileUrl, pathOfUrl, resolveFileUrl, schemeOf, splitUrl };
