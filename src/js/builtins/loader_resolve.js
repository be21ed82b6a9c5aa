// Finding the file behind a CommonJS request: relative and absolute paths, node_modules, package.json "main", "exports"
// and "imports". What the disk said (file kinds, package.json) is remembered only while one outermost require() runs:
// see withDiskMemory().
'use strict';

const {
  ArrayIsArray, ArrayPrototypePush, JSONParse, Map, MapPrototypeGet, MapPrototypeSet, ObjectHasOwn, ObjectKeys,
  StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeLastIndexOf,
  StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, Error, TypeError,
} = primordials;
const path = require('path');
const { coded } = require('errors');

const ERR_INVALID_PACKAGE_CONFIG = coded(Error, 'ERR_INVALID_PACKAGE_CONFIG',
  (file, why) => `Invalid package config ${file}. ${why}`);
const ERR_INVALID_PACKAGE_TARGET = coded(Error, 'ERR_INVALID_PACKAGE_TARGET',
  (field, key, target, file) =>
    `Invalid "${field}" target ${target} defined for '${key}' in the package config ${file}`);
const ERR_PACKAGE_PATH_NOT_EXPORTED = coded(Error, 'ERR_PACKAGE_PATH_NOT_EXPORTED', (file, subpath) =>
  subpath === '.' ? `No "exports" main defined in ${file}` :
    `Package subpath '${subpath}' is not defined by "exports" in ${file}`);
const ERR_PACKAGE_IMPORT_NOT_DEFINED = coded(TypeError, 'ERR_PACKAGE_IMPORT_NOT_DEFINED', (key, file, from) =>
  `Package import specifier "${key}" is not defined${file ? ` in package ${file}` : ''} imported from ${from}`);

const kMissing = -1;
const kDirectory = 1;
const kOther = 2;

// The conditions a CommonJS program meets; `default` always matches.
const conditions = { __proto__: null, require: true, node: true, default: true };

// ---- the disk -------------------------------------------------------------------------------------------------------

let memory = null;

// Calls made while another is running share its memory, so a tree of modules asks the disk once per path.
function withDiskMemory(action) {
  if (memory !== null) return action();
  memory = { kinds: new Map(), packages: new Map() };
  try {
    return action();
  } finally {
    memory = null;
  }
}

function kindOf(file) {
  const known = memory === null ? undefined : MapPrototypeGet(memory.kinds, file);
  if (known !== undefined) return known;
  const kind = native.fsStat(file);
  if (memory !== null) MapPrototypeSet(memory.kinds, file, kind);
  return kind;
}

const isFile = (file) => {
  const kind = kindOf(file);
  return kind !== kMissing && kind !== kDirectory;
};

// Modules are known by their real path, so that links to one file give one module. A pipe or device has none.
function realPath(file) {
  return kindOf(file) === kOther ? file : native.fsRealpath(file);
}

// { file, dir, name, main, exports, imports, type } or null when `dir` has no package.json.
function readPackage(dir) {
  const file = path.join(dir, 'package.json');
  const known = memory === null ? undefined : MapPrototypeGet(memory.packages, file);
  if (known !== undefined) return known;
  let found = null;
  if (isFile(file)) {
    let json;
    try {
      json = JSONParse(stripBom(native.fsReadText(file)));
    } catch (error) {
      throw new ERR_INVALID_PACKAGE_CONFIG(file, error.message);
    }
    if (json === null || typeof json !== 'object') json = {};
    found = { file, dir };
    const fields = ['name', 'main', 'exports', 'imports', 'type'];
    for (let i = 0; i < fields.length; i++) if (ObjectHasOwn(json, fields[i])) found[fields[i]] = json[fields[i]];
  }
  if (memory !== null) MapPrototypeSet(memory.packages, file, found);
  return found;
}

// The package a directory belongs to; a node_modules directory ends the search, as what is in it is not the owner's.
function packageScope(dir) {
  for (;;) {
    if (path.basename(dir) === 'node_modules') return null;
    const found = readPackage(dir);
    if (found !== null) return found;
    const parent = path.dirname(dir);
    if (parent === dir) return null;
    dir = parent;
  }
}

function stripBom(text) {
  return text[0] === '\ufeff' ? StringPrototypeSlice(text, 1) : text;
}

// ---- "exports" and "imports" ----------------------------------------------------------------------------------------

// The key of `map` that fits `request`, and what its `*` stands for. Of several patterns the longest prefix wins.
function matchKey(map, request) {
  if (ObjectHasOwn(map, request) && !StringPrototypeIncludes(request, '*') && !StringPrototypeEndsWith(request, '/')) {
    return { key: request, star: null };
  }
  let best = null;
  let bestPrefix = -1;
  const keys = ObjectKeys(map);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const at = StringPrototypeIndexOf(key, '*');
    if (at === -1 || at !== StringPrototypeLastIndexOf(key, '*')) continue;
    const tail = StringPrototypeSlice(key, at + 1);
    // The star stands for at least one character.
    if (request.length < key.length || !StringPrototypeStartsWith(request, StringPrototypeSlice(key, 0, at)) ||
      !StringPrototypeEndsWith(request, tail)) continue;
    if (at > bestPrefix || (at === bestPrefix && key.length > best.key.length)) {
      bestPrefix = at;
      best = { key, star: StringPrototypeSlice(request, at, request.length - tail.length) };
    }
  }
  return best;
}

function hasUnsafeSegment(relative) {
  const segments = StringPrototypeSplit(StringPrototypeReplaceAll(relative, '\\', '/'), '/');
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment === '.' || segment === '..' || segment === 'node_modules') return true;
  }
  return false;
}

// undefined: no condition applies, look further. null: forbidden on purpose. Otherwise { file } or, for imports of
// another package, { request }.
function resolveTarget(target, match, pkg, field) {
  if (typeof target === 'string') {
    const invalid = () => new ERR_INVALID_PACKAGE_TARGET(field, match.key, `"${target}"`, pkg.file);
    const filled = match.star === null ? target : StringPrototypeReplaceAll(target, '*', () => match.star);
    if (!StringPrototypeStartsWith(target, './')) {
      if (field !== 'imports' || target === '' || target[0] === '/' || StringPrototypeStartsWith(target, '../')) {
        throw invalid();
      }
      return { request: filled };
    }
    if (hasUnsafeSegment(StringPrototypeSlice(filled, 2))) throw invalid();
    return { file: path.join(pkg.dir, filled) };
  }
  if (target === null) return null;
  if (ArrayIsArray(target)) {
    // Alternatives: one that this version cannot understand gives way to the next.
    let failure;
    let last;
    for (let i = 0; i < target.length; i++) {
      try {
        last = resolveTarget(target[i], match, pkg, field);
      } catch (error) {
        if (error.code !== 'ERR_INVALID_PACKAGE_TARGET') throw error;
        failure = error;
        continue;
      }
      failure = undefined;
      if (last !== undefined && last !== null) return last;
    }
    if (failure !== undefined) throw failure;
    return last;
  }
  if (typeof target === 'object') {
    const keys = ObjectKeys(target);
    for (let i = 0; i < keys.length; i++) {
      if (conditions[keys[i]] !== true) continue;
      const found = resolveTarget(target[keys[i]], match, pkg, field);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  throw new ERR_INVALID_PACKAGE_TARGET(field, match.key, `${target}`, pkg.file);
}

// "exports" as a map from subpaths, whatever short form it was written in.
function exportsMap(pkg) {
  const { exports } = pkg;
  if (exports === null || typeof exports !== 'object' || ArrayIsArray(exports)) return { '.': exports };
  const keys = ObjectKeys(exports);
  let dotted = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i][0] === '.') dotted++;
  if (dotted !== 0 && dotted !== keys.length) {
    throw new ERR_INVALID_PACKAGE_CONFIG(pkg.file, '"exports" must have either only subpath keys (starting with ' +
      '".") or only condition keys');
  }
  return dotted === 0 ? { '.': exports } : exports;
}

function resolveExports(pkg, subpath) {
  const map = exportsMap(pkg);
  const match = matchKey(map, subpath);
  const found = match === null ? null : resolveTarget(map[match.key], match, pkg, 'exports');
  if (found === undefined || found === null) throw new ERR_PACKAGE_PATH_NOT_EXPORTED(pkg.file, subpath);
  return found.file;
}

function resolveImports(request, fromDir, fromFile) {
  const pkg = packageScope(fromDir);
  const map = pkg !== null && pkg.imports !== null && typeof pkg.imports === 'object' ? pkg.imports : {};
  const match = matchKey(map, request);
  const found = match === null ? null : resolveTarget(map[match.key], match, pkg, 'imports');
  if (found === undefined || found === null) {
    throw new ERR_PACKAGE_IMPORT_NOT_DEFINED(request, pkg === null ? '' : pkg.file, fromFile);
  }
  return found;
}

// ---- files and directories ------------------------------------------------------------------------------------------

function withExtension(base, extensions) {
  for (let i = 0; i < extensions.length; i++) {
    const file = base + extensions[i];
    if (isFile(file)) return file;
  }
  return null;
}

function asDirectory(dir, extensions, request) {
  const pkg = readPackage(dir);
  const index = path.join(dir, 'index');
  if (pkg === null || typeof pkg.main !== 'string' || pkg.main === '') return withExtension(index, extensions);
  const main = path.resolve(dir, pkg.main);
  const file = (isFile(main) ? main : null) ?? withExtension(main, extensions) ??
    withExtension(path.join(main, 'index'), extensions) ?? withExtension(index, extensions);
  if (file !== null) return file;
  const error = new Error(`Cannot find module '${main}'. Please verify that the package.json has a valid "main" entry`);
  error.code = 'MODULE_NOT_FOUND';
  error.path = pkg.file;
  error.requestPath = request;
  throw error;
}

// The file `base` names: itself, with an extension, or as a directory; null when there is none.
function asPath(base, mustBeDirectory, extensions, request) {
  const kind = kindOf(base);
  if (!mustBeDirectory) {
    if (kind !== kMissing && kind !== kDirectory) return base;
    const file = withExtension(base, extensions);
    if (file !== null) return file;
  }
  return kind === kDirectory ? asDirectory(base, extensions, request) : null;
}

// `name` is 'x' or '@scope/x'; `subpath` is '.' or './...'.
function splitPackageName(request) {
  let end = StringPrototypeIndexOf(request, '/');
  if (request[0] === '@' && end !== -1) end = StringPrototypeIndexOf(request, '/', end + 1);
  if (end === -1) return { name: request, subpath: '.' };
  return { name: StringPrototypeSlice(request, 0, end), subpath: `.${StringPrototypeSlice(request, end)}` };
}

function isRelative(request) {
  return request === '.' || request === '..' || StringPrototypeStartsWith(request, './') ||
    StringPrototypeStartsWith(request, '../');
}

const endsAsDirectory = (request) => StringPrototypeEndsWith(request, '/') || StringPrototypeEndsWith(request, '/.') ||
  StringPrototypeEndsWith(request, '/..') || request === '.' || request === '..';

function nodeModulePaths(from) {
  const paths = [];
  for (let dir = path.resolve(from);; dir = path.dirname(dir)) {
    if (path.basename(dir) !== 'node_modules') ArrayPrototypePush(paths, path.join(dir, 'node_modules'));
    if (dir === path.dirname(dir)) return paths;
  }
}

// Directories searched after every node_modules: the NODE_PATH variable.
function globalPaths() {
  const value = native.env().NODE_PATH;
  const paths = [];
  if (typeof value !== 'string') return paths;
  const parts = StringPrototypeSplit(value, path.delimiter);
  for (let i = 0; i < parts.length; i++) if (parts[i] !== '') ArrayPrototypePush(paths, parts[i]);
  return paths;
}

// A file "exports" names must exist as written.
function exported(file, request, notFound) {
  if (!isFile(file)) throw notFound(file);
  return realPath(file);
}

// The real path of the file `request` means when asked from `fromDir`; null when there is none.
//   bases      directories that relative requests start from
//   lookups    node_modules directories to search for anything else
//   notFound   makes the error for a file that package.json promised but the disk does not have
function resolveFile(request, { fromDir, bases, lookups, extensions, notFound }) {
  if (path.isAbsolute(request) || isRelative(request)) {
    const starts = path.isAbsolute(request) ? ['/'] : bases;
    for (let i = 0; i < starts.length; i++) {
      const file = asPath(path.resolve(starts[i], request), endsAsDirectory(request), extensions, request);
      if (file !== null) return realPath(file);
    }
    return null;
  }
  const { name, subpath } = splitPackageName(request);
  // A package may use its own public name.
  const scope = packageScope(fromDir);
  if (scope !== null && scope.exports !== undefined && scope.exports !== null && scope.name === name) {
    return exported(resolveExports(scope, subpath), request, notFound);
  }
  for (let i = 0; i < lookups.length; i++) {
    if (kindOf(lookups[i]) !== kDirectory) continue;
    const dir = path.join(lookups[i], name);
    if (kindOf(dir) === kDirectory) {
      const pkg = readPackage(dir);
      if (pkg !== null && pkg.exports !== undefined && pkg.exports !== null) {
        return exported(resolveExports(pkg, subpath), request, notFound);
      }
    }
    const file = asPath(path.resolve(lookups[i], request), endsAsDirectory(request), extensions, request);
    if (file !== null) return realPath(file);
  }
  return null;
}

module.exports = {
  globalPaths, isRelative, nodeModulePaths, packageScope, resolveFile, resolveImports, stripBom, withDiskMemory,
};
