// What module loaders see of the disk: kinds of files, real paths, package.json. Everything outside of the module root is missing to a
// search, and an error to who names it. What the disk said is remembered only while one outermost load runs: see withDiskMemory().
'use strict';

const {
  Error, JSONParse, ObjectHasOwn, SafeMap, StringPrototypeEndsWith, StringPrototypeLastIndexOf, StringPrototypeSlice,
} = primordials;
const { posix: path } = require('path_posix');
const { coded } = require('errors');

const ERR_INVALID_PACKAGE_CONFIG = coded(Error, 'ERR_INVALID_PACKAGE_CONFIG',
  (file, why) => `Invalid package config ${file}. ${why}`);
const ERR_MODULE_OUTSIDE_ROOT = coded(Error, 'ERR_MODULE_OUTSIDE_ROOT', (file) =>
  `'${file}' is outside of the directory that modules are loaded from, '${native.moduleRoot()}'`);

const kMissing = -1;
const kDirectory = 1;
const kOther = 2;

let memory = null;

// Calls made while another is running share its memory, so a tree of modules asks the disk once per path.
function withDiskMemory(action) {
  if (memory !== null) return action();
  memory = { kinds: new SafeMap(), packages: new SafeMap() };
  try {
    return action();
  } finally {
    memory = null;
  }
}

function kindOf(file) {
  const known = memory === null ? undefined : memory.kinds.get(file);
  if (known !== undefined) return known;
  const kind = native.moduleKind(file);
  if (memory !== null) memory.kinds.set(file, kind);
  return kind;
}

const isFile = (file) => {
  const kind = kindOf(file);
  return kind !== kMissing && kind !== kDirectory;
};

const isDirectory = (file) => kindOf(file) === kDirectory;

// Modules are known by their real path, so that links to one file give one module. A pipe or device has none.
function realPath(file) {
  if (kindOf(file) === kOther) return file;
  const real = native.moduleRealPath(file);
  if (real === null) throw new ERR_MODULE_OUTSIDE_ROOT(file);
  return real;
}

// To be called with what a program named itself: a search just finds nothing there.
function mustBeInside(file) {
  if (!native.insideRoot(file)) throw new ERR_MODULE_OUTSIDE_ROOT(file);
}

function readText(file) {
  const text = native.moduleText(file);
  if (text === null) throw new ERR_MODULE_OUTSIDE_ROOT(file);
  return stripBom(text);
}

// { file, dir, name, main, exports, imports, type } or null when `dir` has no package.json.
function readPackage(dir) {
  const file = dir === '/' ? '/package.json' : `${dir}/package.json`;
  const known = memory === null ? undefined : memory.packages.get(file);
  if (known !== undefined) return known;
  let found = null;
  if (isFile(file)) {
    const text = readText(file);
    let json;
    try {
      json = JSONParse(text);
    } catch (error) {
      throw new ERR_INVALID_PACKAGE_CONFIG(file, error.message);
    }
    if (json === null || typeof json !== 'object') json = {};
    found = { __proto__: null, file, dir };
    const fields = ['name', 'main', 'exports', 'imports', 'type'];
    for (let i = 0; i < fields.length; i++) if (ObjectHasOwn(json, fields[i])) found[fields[i]] = json[fields[i]];
  }
  if (memory !== null) memory.packages.set(file, found);
  return found;
}

const hasExports = (pkg) => pkg !== null && pkg.exports !== undefined && pkg.exports !== null;

// The package that a directory, an absolute path, belongs to; a node_modules directory ends the search, as what is in it is not the owner's.
function packageScope(dir) {
  for (;;) {
    if (StringPrototypeEndsWith(dir, '/node_modules')) return null;
    const found = readPackage(dir);
    if (found !== null) return found;
    if (dir === '/') return null;
    const slash = StringPrototypeLastIndexOf(dir, '/');
    dir = slash <= 0 ? '/' : StringPrototypeSlice(dir, 0, slash);
  }
}

/// 'module', 'commonjs', or null when the package of a file does not say.
function typeOfPackage(filename) {
  const scope = packageScope(path.dirname(filename));
  return scope !== null && (scope.type === 'module' || scope.type === 'commonjs') ? scope.type : null;
}

function stripBom(text) {
  return text[0] === '\ufeff' ? StringPrototypeSlice(text, 1) : text;
}

module.exports = {
  ERR_INVALID_PACKAGE_CONFIG, ERR_MODULE_OUTSIDE_ROOT, hasExports, isDirectory, isFile, kDirectory, kMissing, kindOf, mustBeInside, packageScope,
  readPackage, readText, realPath, stripBom, typeOfPackage, withDiskMemory,
};
