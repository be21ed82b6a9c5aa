// POSIX paths, which the loader works with, and the functions on segments that Windows paths share; path.js makes `node:path` of both.
// They differ in what separates and in what counts as a root.
'use strict';

const {
  ArrayPrototypeJoin, ArrayPrototypePush, MathMax, StringPrototypeCharCodeAt, StringPrototypeEndsWith, StringPrototypeIncludes,
  StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeSplit,
} = primordials;
const { validateObject, validateString } = require('errors');

const kSlash = 47;
const kBackslash = 92;

const isSlash = (code) => code === kSlash;
const isEitherSlash = (code) => code === kSlash || code === kBackslash;

// Whether no segment between the slashes of `path` is empty or begins with a dot, as in nearly all paths.
const isPlain = (path) => path[0] !== '.' && !StringPrototypeIncludes(path, '//') && !StringPrototypeIncludes(path, '/.');

// Joins the segments of `path` with `.` dropped and `..` resolved; a leading `..` stays only in a relative path.
function collapse(path, keepLeadingDots, sep, isSep) {
  if (isSep === isSlash && isPlain(path)) {
    const end = path.length;
    return StringPrototypeSlice(path, path[0] === '/' ? 1 : 0, end > 1 && path[end - 1] === '/' ? end - 1 : end);
  }
  const segments = [];
  let start = 0;
  for (let i = 0; i <= path.length; i++) {
    if (i < path.length && !isSep(StringPrototypeCharCodeAt(path, i))) continue;
    const segment = StringPrototypeSlice(path, start, i);
    start = i + 1;
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') ArrayPrototypePush(segments, segment);
    else if (segments.length > 0 && segments[segments.length - 1] !== '..') segments.length--;
    else if (keepLeadingDots) ArrayPrototypePush(segments, segment);
  }
  return ArrayPrototypeJoin(segments, sep);
}

// [start, end) of the last segment at or after `from`, without trailing separators; [from, from] when there is none.
function lastSegment(path, from, isSep) {
  let end = path.length;
  while (end > from && isSep(StringPrototypeCharCodeAt(path, end - 1))) end--;
  let start = end;
  if (isSep === isSlash && end > from) start = MathMax(StringPrototypeLastIndexOf(path, '/', end - 1) + 1, from);
  else while (start > from && !isSep(StringPrototypeCharCodeAt(path, start - 1))) start--;
  return start === end ? [from, from] : [start, end];
}

// Where the extension of a file name begins: at its last dot, unless that dot leads the name or the name is `..`.
function extensionIndex(base) {
  const dot = StringPrototypeLastIndexOf(base, '.');
  return dot <= 0 || base === '..' ? base.length : dot;
}

function baseWithoutSuffix(path, from, suffix, isSep) {
  if (suffix !== undefined) {
    validateString(suffix, 'suffix');
    if (suffix !== '' && suffix === path) return '';
  }
  const { 0: start, 1: end } = lastSegment(path, from, isSep);
  const base = StringPrototypeSlice(path, start, end);
  // A name that is nothing but the suffix keeps it.
  if (suffix && base !== suffix && StringPrototypeEndsWith(base, suffix)) {
    return StringPrototypeSlice(base, 0, base.length - suffix.length);
  }
  return base;
}

function extensionOf(path, from, isSep) {
  const { 0: start, 1: end } = lastSegment(path, from, isSep);
  const base = StringPrototypeSlice(path, start, end);
  return StringPrototypeSlice(base, extensionIndex(base));
}

// End of the directory part before the last segment, or -1; looks no further left than `from`. Only one separator is
// dropped: `a//b` is in `a/`.
function directoryEnd(path, from, isSep) {
  let i = path.length - 1;
  while (i >= from && isSep(StringPrototypeCharCodeAt(path, i))) i--;
  if (isSep === isSlash && i >= from) i = StringPrototypeLastIndexOf(path, '/', i);
  else while (i >= from && !isSep(StringPrototypeCharCodeAt(path, i))) i--;
  return i >= from ? i : -1;
}

function parseAfterRoot(path, rootEnd, isSep) {
  const root = StringPrototypeSlice(path, 0, rootEnd);
  const { 0: start, 1: end } = lastSegment(path, rootEnd, isSep);
  const base = StringPrototypeSlice(path, start, end);
  const dot = extensionIndex(base);
  return {
    root,
    dir: start > rootEnd ? StringPrototypeSlice(path, 0, start - 1) : root,
    base,
    ext: StringPrototypeSlice(base, dot),
    name: StringPrototypeSlice(base, 0, dot),
  };
}

function formatWith(sep, pathObject) {
  validateObject(pathObject, 'pathObject');
  const dir = pathObject.dir || pathObject.root;
  let { base } = pathObject;
  if (!base) {
    const ext = pathObject.ext || '';
    base = `${pathObject.name || ''}${ext !== '' && ext[0] !== '.' ? '.' : ''}${ext}`;
  }
  if (!dir) return base;
  return dir === pathObject.root ? `${dir}${base}` : `${dir}${sep}${base}`;
}

// The way from one list of segments to another below their first `common` ones.
function stepsBetween(from, to, common, sep) {
  const steps = [];
  for (let i = common; i < from.length; i++) ArrayPrototypePush(steps, '..');
  for (let i = common; i < to.length; i++) ArrayPrototypePush(steps, to[i]);
  return ArrayPrototypeJoin(steps, sep);
}

function nonEmptyParts(parts) {
  const kept = [];
  for (let i = 0; i < parts.length; i++) {
    validateString(parts[i], 'path');
    if (parts[i] !== '') ArrayPrototypePush(kept, parts[i]);
  }
  return kept;
}

const codeAt = StringPrototypeCharCodeAt;
const endsInSeparator = (path, isSep) => isSep(codeAt(path, path.length - 1));

// ---- POSIX ----------------------------------------------------------------------------------------------------------

const posix = {
  resolve(...paths) {
    let resolved = '';
    let absolute = false;
    for (let i = paths.length - 1; i >= 0 && !absolute; i--) {
      validateString(paths[i], `paths[${i}]`);
      if (paths[i] === '') continue;
      resolved = `${paths[i]}/${resolved}`;
      absolute = codeAt(resolved, 0) === kSlash;
    }
    if (!absolute) {
      const cwd = native.cwd();
      resolved = `${cwd}/${resolved}`;
      absolute = codeAt(cwd, 0) === kSlash;
    }
    resolved = collapse(resolved, !absolute, '/', isSlash);
    if (absolute) return `/${resolved}`;
    return resolved === '' ? '.' : resolved;
  },

  normalize(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    const absolute = codeAt(path, 0) === kSlash;
    const trailing = endsInSeparator(path, isSlash);
    let normal = collapse(path, !absolute, '/', isSlash);
    if (normal === '') {
      if (absolute) return '/';
      return trailing ? './' : '.';
    }
    if (trailing) normal += '/';
    return absolute ? `/${normal}` : normal;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return codeAt(path, 0) === kSlash;
  },

  join(...paths) {
    const parts = nonEmptyParts(paths);
    return parts.length === 0 ? '.' : posix.normalize(ArrayPrototypeJoin(parts, '/'));
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    const a = segmentsOf(posix.resolve(from), '/');
    const b = segmentsOf(posix.resolve(to), '/');
    let common = 0;
    while (common < a.length && common < b.length && a[common] === b[common]) common++;
    return stepsBetween(a, b, common, '/');
  },

  toNamespacedPath(path) {
    return path;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    const absolute = codeAt(path, 0) === kSlash;
    const end = directoryEnd(path, 1, isSlash);
    if (end === -1) return absolute ? '/' : '.';
    // POSIX lets exactly two leading slashes mean something else than one.
    return absolute && end === 1 ? '//' : StringPrototypeSlice(path, 0, end);
  },

  basename(path, suffix) {
    validateString(path, 'path');
    return baseWithoutSuffix(path, 0, suffix, isSlash);
  },

  extname(path) {
    validateString(path, 'path');
    return extensionOf(path, 0, isSlash);
  },

  format: (pathObject) => formatWith('/', pathObject),

  parse(path) {
    validateString(path, 'path');
    return parseAfterRoot(path, codeAt(path, 0) === kSlash ? 1 : 0, isSlash);
  },

  sep: '/',
  delimiter: ':',
  win32: null,
  posix: null,
};

function segmentsOf(path, sep) {
  const pieces = StringPrototypeSplit(path, sep);
  const kept = [];
  for (let i = 0; i < pieces.length; i++) if (pieces[i] !== '') ArrayPrototypePush(kept, pieces[i]);
  return kept;
}

module.exports = {
  posix,
  baseWithoutSuffix, collapse, directoryEnd, endsInSeparator, extensionOf, formatWith, isEitherSlash, nonEmptyParts,
  parseAfterRoot, segmentsOf, stepsBetween,
};
