// From an import's specifier to the URL of a module: Node's resolution of ES modules. Unlike require() it guesses no extensions and no index
// files; packages have the same rules.
'use strict';

const {
  ArrayPrototypePush, ReflectApply, RegExpPrototypeExec, StringPrototypeIncludes, StringPrototypeSlice, StringPrototypeStartsWith,
} = primordials;
const { posix: path } = require('path_posix');
const { builtinId } = require('builtin_modules');
const { moduleErrors } = require('esm_errors');
const { clean, fileUrl, isFileUrl, pathOfUrl, resolveFileUrl, schemeOf, splitUrl } = require('esm_urls');
const {
  hasExports, isDirectory, isFile, mustBeInside, packageScope, readPackage, realPath, withDiskMemory,
} = require('loader_disk');
const { ERR_INVALID_MODULE_SPECIFIER, importConditions, resolveExports, resolveImports } = require('loader_package');
const { isRelative, nodeModulePaths, splitPackageName } = require('loader_resolve');

const encodedSeparator = /%2f|%5c/i;

const nameOfReferrer = (url) => (isFileUrl(url) ? pathOfUrl(url) : url);

// The file itself, its real path, and what the specifier said after it: those are other modules of the same file.
function finish(file, search, hash, from, specifier) {
  mustBeInside(file);
  const rest = (search === '?' ? '' : search) + (hash === '#' ? '' : hash);
  if (isFile(file) && file[file.length - 1] !== '/') return fileUrl(realPath(file)) + rest;
  const hint = suggestion(file, specifier);
  if (isDirectory(file) || (file[file.length - 1] === '/' && isFile(StringPrototypeSlice(file, 0, -1)))) {
    throw new moduleErrors.ERR_UNSUPPORTED_DIR_IMPORT(file, nameOfReferrer(from), hint, fileUrl(file) + rest);
  }
  throw new moduleErrors.ERR_MODULE_NOT_FOUND('module', file, nameOfReferrer(from), hint, fileUrl(file) + rest);
}

// What require() would have found.
function suggestion(file, specifier) {
  const endings = ['.js', '.mjs', '.cjs', '.json', '/index.js', '/index.mjs', '/index.cjs', '/index.json'];
  const base = file[file.length - 1] === '/' ? StringPrototypeSlice(file, 0, -1) : file;
  const written = specifier[specifier.length - 1] === '/' ? StringPrototypeSlice(specifier, 0, -1) : specifier;
  for (let i = base === file ? 0 : 4; i < endings.length; i++) if (isFile(base + endings[i])) return `"${written}${endings[i]}"`;
  return undefined;
}

function fromFileUrl(url, from, specifier) {
  const { base, search, hash } = splitUrl(url);
  if (RegExpPrototypeExec(encodedSeparator, base) !== null) {
    throw new ERR_INVALID_MODULE_SPECIFIER(StringPrototypeSlice(base, 'file://'.length),
      'must not include encoded "/" or "\\" characters', nameOfReferrer(from));
  }
  return finish(pathOfUrl(base), search, hash, from, specifier);
}

// ---- packages -------------------------------------------------------------------------------------------------------

function validName(specifier, name) {
  return name[0] !== '.' && !StringPrototypeIncludes(name, '\\') && !StringPrototypeIncludes(name, '%') &&
    (name[0] !== '@' || StringPrototypeIncludes(name, '/'));
}

// The main file of a package without "exports", where guessing is a tradition.
function mainOf(dir, pkg, from) {
  const tries = [];
  if (pkg !== null && typeof pkg.main === 'string' && pkg.main !== '') {
    const main = path.join(dir, pkg.main);
    const endings = ['', '.js', '.json', '/index.js', '/index.json'];
    for (let i = 0; i < endings.length; i++) ArrayPrototypePush(tries, main + endings[i]);
  }
  ArrayPrototypePush(tries, path.join(dir, 'index.js'), path.join(dir, 'index.json'));
  for (let i = 0; i < tries.length; i++) if (isFile(tries[i])) return tries[i];
  throw new moduleErrors.ERR_MODULE_NOT_FOUND('package', path.join(dir, 'index.js'), nameOfReferrer(from));
}

// `directory` is where the search starts; `from` is named in errors.
function resolvePackage(specifier, directory, from) {
  const { name, subpath } = splitPackageName(specifier);
  if (!validName(specifier, name)) {
    throw new ERR_INVALID_MODULE_SPECIFIER(specifier, 'is not a valid package name', nameOfReferrer(from));
  }
  const scope = packageScope(directory);
  if (hasExports(scope) && scope.name === name) {
    return finish(resolveExports(scope, subpath, importConditions, nameOfReferrer(from)), '', '', from, specifier);
  }
  const lookups = nodeModulePaths(directory);
  for (let i = 0; name !== '' && i < lookups.length; i++) {
    const dir = path.join(lookups[i], name);
    if (!isDirectory(dir)) continue;
    const pkg = readPackage(dir);
    if (hasExports(pkg)) {
      return finish(resolveExports(pkg, subpath, importConditions, nameOfReferrer(from)), '', '', from, specifier);
    }
    if (subpath === '.') return finish(mainOf(dir, pkg, from), '', '', from, specifier);
    return fromFileUrl(resolveFileUrl(subpath, fileUrl(`${dir}/package.json`)), from, specifier);
  }
  throw new moduleErrors.ERR_MODULE_NOT_FOUND('package', name, nameOfReferrer(from));
}

function resolveInternal(specifier, directory, from) {
  if (specifier === '#') {
    throw new ERR_INVALID_MODULE_SPECIFIER(specifier, 'is not a valid internal imports specifier name', nameOfReferrer(from));
  }
  const scope = packageScope(directory);
  const found = resolveImports(scope, specifier, importConditions, nameOfReferrer(from));
  if (found.file !== undefined) return finish(found.file, '', '', from, specifier);
  const builtin = builtinId(found.request);
  if (builtin !== null) return `node:${builtin}`;
  return resolvePackage(found.request, scope.dir, fileUrl(scope.file));
}

// ---- the whole ------------------------------------------------------------------------------------------------------

function resolveByRules(specifier, from) {
  if (specifier[0] === '/' || isRelative(specifier)) {
    if (!isFileUrl(from)) throw new moduleErrors.ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, from);
    return fromFileUrl(resolveFileUrl(specifier, from), from, specifier);
  }
  if (specifier[0] !== '#') {
    const cleaned = clean(specifier);
    const scheme = schemeOf(cleaned);
    if (scheme === 'file:') return fromFileUrl(resolveFileUrl(cleaned, 'file:///'), from, specifier);
    if (scheme === 'data:' && native.sandbox !== undefined && !native.sandbox.eval) throw native.sandbox.denied('A module of a data: URL', 'eval');
    if (scheme !== '') return cleaned; // whether there is such a thing is seen when it is loaded
    const builtin = builtinId(specifier);
    if (builtin !== null) return `node:${builtin}`;
  }
  if (!isFileUrl(from)) throw new moduleErrors.ERR_UNSUPPORTED_RESOLVE_REQUEST(specifier, from);
  const directory = path.dirname(pathOfUrl(from));
  return specifier[0] === '#' ? resolveInternal(specifier, directory, from) : resolvePackage(specifier, directory, from);
}

const hasLoader = native.hasLoader();

/// The URL that `specifier` means in the module `from`, or the id that the host's loader gave it. `attributes`: pairs, sorted by key.
function resolveModule(specifier, from, attributes) {
  if (native.sandbox !== undefined && builtinId(specifier) === null && from !== undefined) native.sandbox.checkRequest(specifier);
  if (hasLoader && !StringPrototypeStartsWith(specifier, 'node:')) {
    const request = [specifier, from];
    for (let i = 0; i < attributes.length; i++) ArrayPrototypePush(request, attributes[i][0], attributes[i][1]);
    const id = ReflectApply(native.loaderResolve, undefined, request);
    if (id !== undefined) return id;
  }
  return withDiskMemory(() => resolveByRules(specifier, from));
}

module.exports = { resolveModule };
