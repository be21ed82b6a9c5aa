// `node:path`: POSIX paths, and Windows paths as `path.win32` (pure text work, used by packages on every system).
'use strict';

const {
  ArrayPrototypeJoin, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeToUpperCase,
} = primordials;
const { validateString } = require('errors');
const {
  posix, baseWithoutSuffix, collapse, directoryEnd, endsInSeparator, extensionOf, formatWith, isEitherSlash,
  nonEmptyParts, parseAfterRoot, segmentsOf, stepsBetween,
} = require('path_posix');

const codeAt = StringPrototypeCharCodeAt;
const kBackslash = 92;
const kColon = 58;

const isLetter = (code) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const hasDrive = (path) => codeAt(path, 1) === kColon && isLetter(codeAt(path, 0));

// `\\server\share`: { server, share, end } with `end` after the share, or null when `path` is no such path.
function uncRoot(path) {
  if (path.length < 2 || !isEitherSlash(codeAt(path, 0)) || !isEitherSlash(codeAt(path, 1))) return null;
  let i = 2;
  while (i < path.length && !isEitherSlash(codeAt(path, i))) i++;
  if (i === 2 || i === path.length) return null;
  const server = StringPrototypeSlice(path, 2, i);
  while (i < path.length && isEitherSlash(codeAt(path, i))) i++;
  if (i === path.length) return null;
  const start = i;
  while (i < path.length && !isEitherSlash(codeAt(path, i))) i++;
  return { server, share: StringPrototypeSlice(path, start, i), end: i };
}

// { device, absolute, end }: `C:` or `\\server\share` or '', and where the rest begins.
function windowsRoot(path) {
  if (isEitherSlash(codeAt(path, 0))) {
    const unc = uncRoot(path);
    if (unc === null) return { device: '', absolute: true, end: 1 };
    // `\\.\` and `\\?\` name devices; what follows is not a share.
    if (unc.server === '.' || unc.server === '?') return { device: `\\\\${unc.server}`, absolute: true, end: 4 };
    return { device: `\\\\${unc.server}\\${unc.share}`, absolute: true, end: unc.end };
  }
  if (!hasDrive(path)) return { device: '', absolute: false, end: 0 };
  const absolute = path.length > 2 && isEitherSlash(codeAt(path, 2));
  return { device: StringPrototypeSlice(path, 0, 2), absolute, end: absolute ? 3 : 2 };
}

// Drive-relative paths use the directory the shell remembered for that drive, if it is really on it.
function windowsCwd(device) {
  if (device === '') return native.cwd();
  const cwd = native.env()[`=${device}`] || native.cwd();
  const onDrive = StringPrototypeToLowerCase(StringPrototypeSlice(cwd, 0, 2)) === StringPrototypeToLowerCase(device);
  return !onDrive && codeAt(cwd, 2) === kBackslash ? `${device}\\` : cwd;
}

const reservedNames = /^(?:CON|PRN|AUX|NUL|COM[1-9\u00b9\u00b2\u00b3]|LPT[1-9\u00b9\u00b2\u00b3])$/;
const isReservedName = (name) => RegExpPrototypeExec(reservedNames, StringPrototypeToUpperCase(name)) !== null;

const win32 = {
  resolve(...paths) {
    let device = '';
    let tail = '';
    let absolute = false;
    for (let i = paths.length - 1; i >= -1; i--) {
      let path;
      if (i >= 0) {
        path = paths[i];
        validateString(path, `paths[${i}]`);
        if (path === '') continue;
      } else {
        path = windowsCwd(device);
      }
      const root = windowsRoot(path);
      if (root.device !== '') {
        if (device === '') device = root.device;
        // Another drive: its parts say nothing about this one.
        else if (StringPrototypeToLowerCase(root.device) !== StringPrototypeToLowerCase(device)) continue;
      }
      if (!absolute) {
        tail = `${StringPrototypeSlice(path, root.end)}\\${tail}`;
        absolute = root.absolute;
      }
      if (absolute && device !== '') break;
    }
    tail = collapse(tail, !absolute, '\\', isEitherSlash);
    if (absolute) return `${device}\\${tail}`;
    return `${device}${tail}` || '.';
  },

  normalize(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    if (path.length === 1) return path === '/' ? '\\' : path;
    const unc = uncRoot(path);
    const { device, absolute, end } = windowsRoot(path);
    if (unc !== null && unc.end === path.length && device.length > 3) return `${device}\\`;
    let tail = end < path.length ? collapse(StringPrototypeSlice(path, end), !absolute, '\\', isEitherSlash) : '';
    if (tail === '' && !absolute) tail = '.';
    if (tail !== '' && path.length > 1 && endsInSeparator(path, isEitherSlash)) tail += '\\';
    if (!absolute && StringPrototypeIncludes(path, ':')) {
      // `a/../C:x` must not turn into a path on drive C, nor `x:/..` or `CON:` into a device.
      if (device === '') {
        if (hasDrive(tail)) return `.\\${tail}`;
        for (let at = StringPrototypeIndexOf(path, ':'); at !== -1; at = StringPrototypeIndexOf(path, ':', at + 1)) {
          if (at === path.length - 1 || isEitherSlash(codeAt(path, at + 1))) return `.\\${tail}`;
        }
      }
      const colon = StringPrototypeIndexOf(path, ':');
      if (isReservedName(StringPrototypeSlice(path, 0, colon))) return `.\\${device}${tail}`;
    }
    return absolute ? `${device}\\${tail}` : `${device}${tail}`;
  },

  isAbsolute(path) {
    validateString(path, 'path');
    return windowsRoot(path).absolute;
  },

  join(...paths) {
    const parts = nonEmptyParts(paths);
    if (parts.length === 0) return '.';
    let joined = ArrayPrototypeJoin(parts, '\\');
    // Only a first part that begins like `\\server` may make the result a network path; elsewhere slashes are one
    // slash.
    const first = parts[0];
    const network = isEitherSlash(codeAt(first, 0)) && isEitherSlash(codeAt(first, 1)) && first.length > 2 &&
      !isEitherSlash(codeAt(first, 2));
    if (!network) {
      let slashes = 0;
      while (isEitherSlash(codeAt(joined, slashes))) slashes++;
      if (slashes >= 2) joined = `\\${StringPrototypeSlice(joined, slashes)}`;
    }
    return win32.normalize(joined);
  },

  relative(from, to) {
    validateString(from, 'from');
    validateString(to, 'to');
    if (from === to) return '';
    const target = win32.resolve(to);
    const source = win32.resolve(from);
    if (source === target) return '';
    const a = segmentsOf(source, '\\');
    const b = segmentsOf(target, '\\');
    let common = 0;
    while (common < a.length && common < b.length &&
      StringPrototypeToLowerCase(a[common]) === StringPrototypeToLowerCase(b[common])) common++;
    // Nothing shared: another drive or server, which no chain of `..` reaches.
    if (common === 0 && a.length > 0 && b.length > 0) return target;
    return stepsBetween(a, b, common, '\\');
  },

  toNamespacedPath(path) {
    if (typeof path !== 'string' || path === '') return path;
    const resolved = win32.resolve(path);
    if (resolved.length <= 2) return path;
    if (StringPrototypeStartsWith(resolved, '\\\\')) {
      const kind = resolved[2];
      return kind === '?' || kind === '.' ? resolved : `\\\\?\\UNC\\${StringPrototypeSlice(resolved, 2)}`;
    }
    return hasDrive(resolved) && codeAt(resolved, 2) === kBackslash ? `\\\\?\\${resolved}` : resolved;
  },

  dirname(path) {
    validateString(path, 'path');
    if (path === '') return '.';
    const rootEnd = windowsParseRootEnd(path);
    if (rootEnd >= path.length && rootEnd > 0) return path;
    const end = directoryEnd(path, rootEnd, isEitherSlash);
    if (end !== -1) return StringPrototypeSlice(path, 0, end);
    return rootEnd === 0 ? '.' : StringPrototypeSlice(path, 0, rootEnd);
  },

  basename(path, suffix) {
    validateString(path, 'path');
    return baseWithoutSuffix(path, hasDrive(path) ? 2 : 0, suffix, isEitherSlash);
  },

  extname(path) {
    validateString(path, 'path');
    return extensionOf(path, hasDrive(path) ? 2 : 0, isEitherSlash);
  },

  format: (pathObject) => formatWith('\\', pathObject),

  parse(path) {
    validateString(path, 'path');
    return parseAfterRoot(path, windowsParseRootEnd(path), isEitherSlash);
  },

  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
};

// For dirname() and parse() the root includes the separator after a share.
function windowsParseRootEnd(path) {
  const unc = uncRoot(path);
  if (unc !== null) return unc.end === path.length ? unc.end : unc.end + 1;
  return windowsRoot(path).end;
}

posix.win32 = win32.win32 = win32;
posix.posix = win32.posix = posix;

module.exports = posix;
