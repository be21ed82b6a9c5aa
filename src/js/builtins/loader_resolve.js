// Finding the file behind a CommonJS request: relative and absolute paths, node_modules, package.json "main", "exports" and "imports".
'use strict';

const {
  ArrayPrototypePush, Error, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice,
  StringPrototypeSplit, StringPrototypeStartsWith,
} = primordials;
const { posix: path } = require('path_posix');
const {
  hasExports, isDirectory, isFile, kDirectory, kMissing, kindOf, mustBeInside, packageScope, readPackage, realPath,
} = require('loader_disk');
const lazyMaps = () => require('loader_package');

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

/// Whether `request` names its file itself, so that no node_modules is searched.
const isPath = (request) => path.isAbsolute(request) || isRelative(request);

const endsAsDirectory = (request) => StringPrototypeEndsWith(request, '/') || StringPrototypeEndsWith(request, '/.') ||
  StringPrototypeEndsWith(request, '/..') || request === '.' || request === '..';

function nodeModulePaths(from) {
  const paths = [];
  for (let dir = path.resolve(from);;) {
    const slash = StringPrototypeLastIndexOf(dir, '/');
    if (dir === '/') {
      ArrayPrototypePush(paths, '/node_modules');
      return paths;
    }
    if (StringPrototypeSlice(dir, slash + 1) !== 'node_modules') ArrayPrototypePush(paths, `${dir}/node_modules`);
    dir = slash <= 0 ? '/' : StringPrototypeSlice(dir, 0, slash);
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
  if (isPath(request)) {
    const starts = path.isAbsolute(request) ? ['/'] : bases;
    for (let i = 0; i < starts.length; i++) {
      const base = path.resolve(starts[i], request);
      mustBeInside(base);
      const file = asPath(base, endsAsDirectory(request), extensions, request);
      if (file !== null) return realPath(file);
    }
    return null;
  }
  const { name, subpath } = splitPackageName(request);
  // A package may use its own public name.
  const scope = packageScope(fromDir);
  if (hasExports(scope) && scope.name === name) {
    return exported(lazyMaps().resolveExports(scope, subpath, lazyMaps().requireConditions), request, notFound);
  }
  for (let i = 0; i < lookups.length; i++) {
    if (!isDirectory(lookups[i])) continue;
    const dir = path.join(lookups[i], name);
    if (isDirectory(dir)) {
      const pkg = readPackage(dir);
      if (hasExports(pkg)) return exported(lazyMaps().resolveExports(pkg, subpath, lazyMaps().requireConditions), request, notFound);
    }
    const file = asPath(path.resolve(lookups[i], request), endsAsDirectory(request), extensions, request);
    if (file !== null) return realPath(file);
  }
  return null;
}

// What '#...' means to a file in `fromDir`: { file } or { request }.
function resolveInternal(request, fromDir, fromFile) {
  return lazyMaps().resolveImports(packageScope(fromDir), request, lazyMaps().requireConditions, fromFile);
}

module.exports = { globalPaths, isPath, isRelative, nodeModulePaths, resolveFile, resolveInternal, splitPackageName };
